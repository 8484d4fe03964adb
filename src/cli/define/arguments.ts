import type { Bounds } from '../../model.ts';
import type { Option } from './option.ts';

/** The kinds of arguments: what follows a command, in the order of its record. */
interface Said {
  readonly help: string;
}

/** The name of a phase; `run` gets it in its canonical form. */
export function phaseName(): Option<string> {
  return { type: 'phase', help: 'lower-case letter, then letters, digits, _ or -' };
}

/** 1 to 200 characters. */
export function nameOf(said: Said & { hint?: string }): Option<string> {
  return { type: 'words', ...said };
}

export function textArgument(said: Said & { choices?: readonly string[] }): Option<string> {
  return { type: 'text', ...said };
}

export function optionalText(said: Said & { otherwise?: string }): Option<string | null> {
  return { type: 'text', optional: true, ...said };
}

/** A number of any size within the bounds. */
export function amount({ whole: _, ...said }: Said & Bounds): Option<number> {
  return { type: 'number', ...said };
}

/** One file or more; only as the last argument. */
export function files(said: Said): Option<readonly string[]> {
  return { type: 'file', repeatable: true, ...said };
}
