import { parseDurationMs, parseTimeMs } from '../duration.ts';
import { usageError } from '../errors.ts';
import { amountLimits, type Bounds, durationLimit, isWithin, textLimits } from '../limits.ts';
import { isWellFormed } from '../wellFormed.ts';

/** What the user typed, taken apart: options by name, own operands, and the wrapped command. */
export interface Invocation {
  /** `phase run`, `migrate`, `stats`, … */
  readonly word: string;
  readonly options: Readonly<Record<string, string | true | readonly string[]>>;
  readonly operands: readonly string[];
  /** The wrapped command and its arguments; empty where there is none. */
  readonly command: readonly string[];
}

export function flag(invocation: Invocation, name: string): boolean {
  return invocation.options[name] !== undefined;
}

export function text(invocation: Invocation, name: string): string | null {
  const value = invocation.options[name];
  return typeof value === 'string' ? value : null;
}

/** A version, a commit, an address; throws a usage error where it is longer than what is kept. */
export function shortText(invocation: Invocation, name: string): string | null {
  const value = text(invocation, name);
  if (value === null || (isWellFormed(value) && Buffer.byteLength(value, 'utf8') <= textLimits.text))
    return value;
  throw usageError(`--${name}: longer than ${textLimits.text} bytes, or no well-formed text`);
}

/** All that an option was said with, in order. */
export function listOf(invocation: Invocation, name: string): readonly string[] {
  const value = invocation.options[name];
  return Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
}

/** Milliseconds; throws a usage error where it is no duration, or longer than what the option is for. */
export function durationMs(invocation: Invocation, name: string): number | null {
  const value = text(invocation, name);
  if (value === null) return null;
  const ms = parseDurationMs(value);
  if (ms === null)
    throw usageError(
      `--${name}: ${JSON.stringify(value)} is no duration`,
      'expected for example 500ms, 60s, 5m, 1h30m',
    );
  const { max } = durationLimit(name);
  if (ms > max)
    throw usageError(
      `--${name}: ${JSON.stringify(value)} is too long`,
      `expected at most ${max / 86_400_000}d`,
    );
  return ms;
}

/** Unix milliseconds; throws a usage error where it is no time. */
export function timeMs(invocation: Invocation, name: string): number | null {
  const value = text(invocation, name);
  if (value === null) return null;
  const ms = parseTimeMs(value);
  if (ms === null)
    throw usageError(
      `--${name}: ${JSON.stringify(value)} is no time`,
      'expected ISO 8601, for example 2026-01-14T18:45:00Z',
    );
  if (!isWithin(ms, amountLimits.wallMs))
    throw usageError(`--${name}: ${JSON.stringify(value)} is not between the years 1970 and 2199`);
  return ms;
}

export function number(
  invocation: Invocation,
  { name, ...bounds }: Bounds & { name: string },
): number | null {
  const value = text(invocation, name);
  return value === null ? null : numberIn(value, { what: `--${name}`, ...bounds });
}

/** The number that a text is; throws a usage error where it is none, or beyond its bounds. */
export function numberIn(value: string, { what, min, max, whole }: Bounds & { what: string }): number {
  const amount = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isNaN(amount) || amount < min || amount > max || (whole && !Number.isInteger(amount))) {
    throw usageError(
      `${what}: ${JSON.stringify(value)} is no ${whole ? 'whole number' : 'number'} from ${min} to ${max === Number.MAX_SAFE_INTEGER ? 'many' : max}`,
    );
  }
  return amount;
}

/** One of a few words; throws a usage error that lists them. */
export function oneOf<Choice extends string>(
  invocation: Invocation,
  { name, choices }: { name: string; choices: readonly Choice[] },
): Choice | null {
  const value = text(invocation, name);
  if (value === null) return null;
  const found = choices.find((choice) => choice === value);
  if (found === undefined)
    throw usageError(`--${name}: ${JSON.stringify(value)} is none of ${choices.join(', ')}`);
  return found;
}
