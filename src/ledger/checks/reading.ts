import { redactToCut } from '../../redact.ts';

/** The position of a value in the input, and what was left out of the input so far. */
export interface Reading {
  readonly path: string;
  readonly leftOut: string[];
  /** Whether this account wrote it with its own commands: then texts are accepted as they are. */
  readonly isOurs?: boolean;
}

/** Reads an untrusted value: returns what is valid for the ledger, otherwise throws Unfit. */
export type Read<Value> = (value: unknown, at: Reading) => Value;

/** A value is not valid at its place. The message names the place and what was expected. */
export class Unfit extends Error {
  constructor(at: Reading, { value, expected }: { value: unknown; expected: string }) {
    super(`${at.path === '' ? 'it' : at.path} ${shown(value)}; expected ${expected}`);
    this.name = 'Unfit';
  }
}

/** Missing is null. */
export function orNull<Value>(read: Read<Value>): Read<Value | null> {
  return (value, at) => (value === null || value === undefined ? null : read(value, at));
}

/** An invalid value is left out and named: for measurements that accompany the mark. */
export function orLeftOut<Value>(read: Read<Value>): Read<Value | null> {
  return (value, at) => {
    const { length } = at.leftOut;
    try {
      return orNull(read)(value, at);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      at.leftOut.splice(length, Number.POSITIVE_INFINITY, error.message);
      return null;
    }
  };
}

/** An optional field. */
export function orAbsent<Value>(read: Read<Value>): Read<Value | undefined> {
  return (value, at) => (value === undefined ? undefined : read(value, at));
}

/** An object with these fields; all others are dropped. */
export function object<Value extends object>(
  fields: { readonly [Name in keyof Value]-?: Read<Value[Name]> },
): Read<Value> {
  return (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Unfit(at, { value, expected: 'an object' });
    const given = value as Record<string, unknown>;
    const found: [string, unknown][] = [];
    for (const name of Object.keys(fields) as (keyof Value & string)[]) {
      const path = at.path === '' ? name : `${at.path}.${name}`;
      const read = fields[name](Object.hasOwn(given, name) ? given[name] : undefined, { ...at, path });
      if (read !== undefined) found.push([name, read]);
    }
    return Object.fromEntries(found) as Value;
  };
}

/** A list with a maximum length. */
export function list<Value>(read: Read<Value>, most: number): Read<Value[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length > most)
      throw new Unfit(at, { value, expected: `a list of at most ${most}` });
    return value.map((one, index) => read(one, { ...at, path: `${at.path}[${index}]` }));
  };
}

/** The same; invalid elements are left out and named. */
export function listOfFit<Value>(read: Read<Value>, most: number): Read<Value[]> {
  return (value, at) =>
    list(orLeftOut(read), most)(value, at).filter((one): one is Awaited<Value> & Value => one !== null);
}

/** A short text for an untrusted value, with every character visible. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'is missing';
  if (typeof value === 'number' || typeof value === 'boolean') return `is ${value}`;
  if (typeof value === 'string') return `is ${visibleText(value)}`;
  return Array.isArray(value) ? `is a list of ${value.length}` : 'is an object';
}

/** The beginning of a text in quotes, in ASCII. */
export function visibleText(text: string, most = 40): string {
  const short = text.length > most ? `${redactToCut(text, most).slice(0, most - 1)}~` : text;
  return JSON.stringify(short).replaceAll(
    /[^\u0020-\u007e]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
