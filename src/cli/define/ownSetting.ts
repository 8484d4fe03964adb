import type { OptionData } from './option.ts';

/** An option of one command that can also be set by an environment variable. */
export interface OwnSetting extends OptionData {
  readonly name: string;
  readonly variable: string;
}
