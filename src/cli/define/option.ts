import type { SettingName } from './settings.ts';

/** What the text of an option or argument must be. Decides how it is checked, what it becomes, and what a shell offers. */
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

/** What a value is read by. */
export interface ValueData {
  readonly type: ValueType;
  /** What holds if the option is not given, as a user would type it. */
  readonly default?: string;
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly repeatable?: true;
  /** An environment variable that stands for the option; then it is also a key of the settings file. */
  readonly variable?: string;
  /** Nothing has to be read or prepared for it: a wrapped command may start at once. */
  readonly startsAtOnce?: true;
  /** Of an argument: it may be missing. */
  readonly optional?: true;
  /** Of an argument: the hint of its error. */
  readonly hint?: string;
}

/** One option or argument as data: everything but its type in `run`. */
export interface OptionData extends ValueData {
  /** What follows the option in help, without `<` and `>`; absent for a flag. */
  readonly value?: string;
  readonly help: string;
  /** What holds if it is not given, in words: for what is not one value. */
  readonly otherwise?: string;
  /** What a shell offers, if that is not `choices`. */
  readonly offered?: readonly string[];
}

declare const typed: unique symbol;

/** An option with what `run` gets of it: a value, and a suffix of its name for the unit. */
export interface Option<Value, Suffix extends string = ''> extends OptionData {
  readonly [typed]?: { readonly value: Value; readonly suffix: Suffix };
}

export type Options = Readonly<Record<string, Option<unknown, string>>>;

/** What `run` gets of options or arguments: camel case, a unit in the name of every duration and time. */
export type Values<Of> = {
  readonly [Key in keyof Of & string as `${Key}${SuffixOf<Of[Key]>}`]: ValueOf<Of[Key]>;
};
type SuffixOf<One> = One extends { readonly [typed]?: { readonly suffix: infer Suffix extends string } }
  ? Suffix
  : '';
type ValueOf<One> = One extends { readonly [typed]?: { readonly value: infer Value } } ? Value : never;

/** The option of the command line for a name in camel case: `exitCode` is `--exit-code`. */
export function optionName(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The names of settings that a command lists in its help. */
export type SettingNames = readonly SettingName[];
