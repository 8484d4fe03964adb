import type { Policy } from './command.ts';
import { type OptionData, optionName, type SettingNames, type ValueData } from './option.ts';
import type { InputShape } from './readInput.ts';
import { commonSettings, settingOf } from './settings.ts';

/** The part of a record that is needed to parse its command line. */
export interface Grammar extends InputShape {
  readonly settings: SettingNames;
  /** The phase that it times, if its name is not an argument. */
  readonly phase?: string;
  readonly policy: Policy;
}

/** The options that a command accepts, by their names on the command line: its own, its settings, and the common ones. */
export function acceptedOptions<Data extends ValueData>(
  command: Grammar & { readonly options: Readonly<Record<string, Data>> },
): [name: string, data: Data | OptionData][] {
  return [
    ...ownOptions(command),
    ...commonSettings.map((name): [string, OptionData] => [name, settingOf(name)]),
  ];
}

/** The options that not every command accepts. */
export function ownOptions<Data extends ValueData>(
  command: Grammar & { readonly options: Readonly<Record<string, Data>> },
): [name: string, data: Data | OptionData][] {
  const own = command.settings.filter((name) => settingOf(name).ownOnly === true);
  return [
    ...own.map((name): [string, OptionData] => [name, settingOf(name)]),
    ...Object.entries(command.options).map(([key, data]): [string, Data] => [optionName(key), data]),
  ];
}

/** Whether `--name` takes a value: always, optionally, or never. */
export function takesValue({ type }: ValueData): boolean | 'maybe' {
  return type === 'maybe' ? 'maybe' : type !== 'flag';
}
