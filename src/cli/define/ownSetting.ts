import type { OptionData } from './option.ts';

/** An option of one command that an environment variable stands for. */
export interface OwnSetting extends OptionData {
  readonly name: string;
  readonly variable: string;
}
