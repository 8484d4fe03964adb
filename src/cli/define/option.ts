import type { SettingName } from './settings.ts';

/** The kind of an option or argument. Decides how it is checked, what it becomes, and what a shell offers. */
export type ValueType =
  | 'flag'
  /** Any text. */
  | 'text'
  /** A text of at most 32 KiB: a version, a commit, a URL. */
  | 'line'
  /** A text of any length, or where to read it: `@file`, `-`. */
  | 'content'
  /** 1 to 200 characters. */
  | 'words'
  | 'name'
  | 'id'
  | 'phase'
  | 'file'
  | 'folder'
  | 'program'
  | 'url'
  /** One or more URLs, separated by commas. */
  | 'urls'
  /** The URL of an HTTP proxy, `environment`, or empty. */
  | 'proxy'
  /** The URL of a central store. */
  | 'store'
  | 'integer'
  | 'number'
  | 'duration'
  /** A point in time, ISO 8601. */
  | 'time'
  /** A point in time, or how long ago it was. */
  | 'since'
  | 'choice'
  /** A text that may be missing: `--on-exit`, `--on-exit 3`. */
  | 'maybe'
  | 'warnings';

/** The part of an option that is needed to read its value. */
export interface ValueData {
  readonly type: ValueType;
  /** The value if the option is missing, as a user would type it. */
  readonly default?: string;
  /** For a flag: what may follow after `=`. */
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly repeatable?: true;
  /** An environment variable with the same meaning; the option is then also a key of the settings file. */
  readonly variable?: string;
  /** Nothing has to be read or prepared for it: a wrapped command can start at once. */
  readonly startsAtOnce?: true;
  /** For an argument: it is optional. */
  readonly optional?: true;
  /** For an argument: the hint of its error. */
  readonly hint?: string;
}

/** One option or argument as data: everything but its type in `run`. */
export interface OptionData extends ValueData {
  /** The placeholder after the option in help, without `<` and `>`; absent for a flag. */
  readonly value?: string;
  readonly help: string;
  /** The default as text, if it is not one value. */
  readonly otherwise?: string;
  /** The command whose help explains it: here only its name is listed. */
  readonly see?: string;
  /** The values that a shell offers, if they differ from `choices`. */
  readonly offered?: readonly string[];
}

declare const typed: unique symbol;

/** An option with the type that `run` gets, and the suffix of its name for the unit. */
export interface Option<Value, Suffix extends string = ''> extends OptionData {
  readonly [typed]?: { readonly value: Value; readonly suffix: Suffix };
}

export type Options = Readonly<Record<string, Option<unknown, string>>>;

/** The input of `run` for options or arguments: camel case, with the unit in the name of every duration and time. */
export type Values<Of> = {
  readonly [Key in keyof Of & string as `${Key}${SuffixOf<Of[Key]>}`]: ValueOf<Of[Key]>;
};
type SuffixOf<One> = One extends { readonly [typed]?: { readonly suffix: infer Suffix extends string } }
  ? Suffix
  : '';
type ValueOf<One> = One extends { readonly [typed]?: { readonly value: infer Value } } ? Value : never;

/** The names of settings that a command lists in its help. */
export type SettingNames = readonly SettingName[];
