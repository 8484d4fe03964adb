import { amountLimits, type Bounds } from '../../model.ts';
import type { Option, OptionData, Options } from './option.ts';

/** The kinds of options. The type is what `run` gets: null if the option is missing and has no default. */
interface Said {
  readonly help: string;
  readonly otherwise?: string;
  /** The placeholder in help; each kind has one of its own. */
  readonly value?: string;
  readonly startsAtOnce?: true;
  readonly variable?: string;
}
interface Defaulted extends Said {
  readonly default: string;
}

export function flag(said: Said): Option<boolean> {
  return { type: 'flag', ...said };
}

export function text(said: Defaulted): Option<string>;
export function text(said: Said & { offered?: readonly string[] }): Option<string | null>;
export function text(said: Said): Option<string | null> {
  return { type: 'text', value: 'text', ...said };
}

/** A flag, alone or with one of these after `=`: null if it is not given, true if it stands alone. */
export function flagWith<const Choice extends string>(
  said: Said & { readonly choices: readonly Choice[] },
): Option<Choice | true | null> {
  return { type: 'flag', ...said };
}

/** A text of at most 32 KiB. */
export function line(said: Said & { value: string }): Option<string | null> {
  return { type: 'line', ...said };
}

/** A text of any length; `run` reads `@file` and `-` itself. */
export function content(said: Said): Option<string | null> {
  return { type: 'content', value: 'text', ...said };
}

/** 1 to 200 characters. */
export function freeText(said: Said & { value: string }): Option<string | null> {
  return { type: 'words', ...said };
}

/** An ID as it was typed. */
export function id(said: Said): Option<string | null> {
  return { type: 'text', value: 'id', ...said };
}

export function file(said: Said): Option<string | null> {
  return { type: 'file', value: 'file', ...said };
}

export function folder(said: Said): Option<string | null> {
  return { type: 'folder', value: 'dir', ...said };
}

export function program(said: Said): Option<string | null> {
  return { type: 'program', value: 'exe', ...said };
}

export function url(said: Said): Option<string | null> {
  return { type: 'url', value: 'url', ...said };
}

export function integer(said: Defaulted & Partial<Bounds>): Option<number>;
export function integer(said: Said & Partial<Bounds>): Option<number | null>;
export function integer({ whole: _, ...said }: Said & Partial<Bounds>): Option<number | null> {
  return { type: 'integer', value: 'n', ...said };
}

export function number(said: Defaulted & Partial<Bounds>): Option<number>;
export function number(said: Said & Partial<Bounds>): Option<number | null>;
export function number({ whole: _, ...said }: Said & Partial<Bounds>): Option<number | null> {
  return { type: 'number', value: 'n', ...said };
}

/** A waiting time in milliseconds; at most the longest that a timer supports. */
export function duration(said: Defaulted & { min?: number }): Option<number, 'Ms'>;
export function duration(said: Said & { min?: number }): Option<number | null, 'Ms'>;
export function duration(said: Said & { min?: number }): Option<number | null, 'Ms'> {
  return { type: 'duration', value: 'duration', max: amountLimits.waitMs.max, ...said };
}

/** An age or a duration in milliseconds; at most ten years. */
export function age(said: Defaulted & { min?: number }): Option<number, 'Ms'>;
export function age(said: Said & { min?: number }): Option<number | null, 'Ms'>;
export function age(said: Said & { min?: number }): Option<number | null, 'Ms'> {
  return { type: 'duration', value: 'duration', max: amountLimits.ageMs.max, ...said };
}

/** Unix milliseconds. */
export function time(said: Said): Option<number | null, 'Ms'> {
  return { type: 'time', value: 'time', ...said };
}

/** A time, or how long ago; `sinceMs` resolves it. */
export function since(said: Said): Option<string | null> {
  return { type: 'since', value: 'time', ...said };
}

interface Chosen<Choice extends string> extends Said {
  readonly choices: readonly Choice[];
  /** The values that a shell offers, if not all of them. */
  readonly offered?: readonly Choice[];
}

export function choice<const Choice extends string>(
  said: Chosen<Choice> & { default: Choice },
): Option<Choice>;
export function choice<const Choice extends string>(said: Chosen<Choice>): Option<Choice | null>;
export function choice(said: Chosen<string>): Option<string | null> {
  return { type: 'choice', value: 'value', ...said };
}

/** A value that may be missing: null if the option is not given, true if it stands alone. */
export function maybe(said: Said & { value: string }): Option<string | true | null> {
  return { type: 'maybe', ...said };
}

/** The same option, which can be given any number of times. */
export function list(option: Option<string | null>): Option<readonly string[]> {
  const data: OptionData = option;
  return { ...data, repeatable: true };
}

/** The same options, explained in the help of another command. */
export function explainedIn<const Own extends Options>(see: string, options: Own): Own {
  return Object.fromEntries(Object.entries(options).map(([key, data]) => [key, { ...data, see }])) as Own;
}
