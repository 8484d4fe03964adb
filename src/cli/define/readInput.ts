import { parseDurationMs, parseTimeMs } from '../../duration.ts';
import { usageError } from '../../errors.ts';
import { amountLimits, isWithin, textLimits } from '../../limits.ts';
import { isFreeText, phaseName } from '../../model.ts';
import { isWellFormed } from '../../text/wellFormed.ts';
import { optionName, type ValueData } from './option.ts';
import type { Parsed } from './parsed.ts';

/** What of a command's record the values are read by. */
export interface InputShape {
  readonly name: string;
  readonly args: Readonly<Record<string, ValueData>>;
  readonly options: Readonly<Record<string, ValueData>>;
}

/**
 * What `run` gets: every value checked, of its type, and with its default. `setting`: the text of an option that was not
 * typed, from its variable or the settings file. Throws a usage error for the first wrong value.
 */
export function readInput(
  { name, args, options }: InputShape,
  parsed: Parsed,
  setting: (name: string) => string | null = () => null,
): Record<string, unknown> {
  const input: Record<string, unknown> = { wrapped: parsed.wrapped };
  let at = 0;
  for (const [key, data] of Object.entries(args)) {
    const given = data.repeatable === true ? parsed.operands.slice(at) : parsed.operands[at++];
    input[key] =
      typeof given === 'string' ? readValue(given, data, { what: name, argument: key }) : (given ?? null);
  }
  for (const [key, data] of Object.entries(options))
    input[inputName(key, data)] = readOption(
      parsed.options[optionName(key)] ?? setting(optionName(key)) ?? undefined,
      key,
      data,
    );
  return input;
}

/** Durations and times have their unit in the name. */
function inputName(key: string, { type }: ValueData): string {
  return type === 'duration' || type === 'time' ? `${key}Ms` : key;
}

function readOption(given: Parsed['options'][string] | undefined, key: string, data: ValueData): unknown {
  if (data.type === 'flag') return given !== undefined && !/^(0|false)$/i.test(String(given));
  if (data.type === 'maybe') return given ?? null;
  const named = { what: `--${optionName(key)}` };
  if (data.repeatable === true) {
    const all = given === undefined ? [] : Array.isArray(given) ? given : [given];
    return all.map((one) => readValue(String(one), data, named));
  }
  const text = typeof given === 'string' ? given : data.default;
  return text === undefined ? null : readValue(text, data, named);
}

/** Where a text came from: `--timeout`, or the command for an argument. */
interface Named {
  readonly what: string;
  readonly argument?: string;
}

/** What a text is worth: a number, milliseconds, or the text itself. Throws a usage error if it is not what the kind wants. */
export function readValue(value: string, data: ValueData, named: Named): string | number {
  switch (data.type) {
    case 'line':
    case 'program':
      return readLine(value, named);
    case 'words':
      return readWords(value, data, named);
    case 'phase':
      return readPhase(value);
    case 'integer':
    case 'number':
      return readNumber(value, data, named);
    case 'duration':
      return readDuration(value, data, named);
    case 'time':
      return readTime(value, named);
    case 'choice':
      return readChoice(value, data, named);
    default:
      return value;
  }
}

function readLine(value: string, { what }: Named): string {
  if (isWellFormed(value) && Buffer.byteLength(value, 'utf8') <= textLimits.text) return value;
  throw usageError(`${what}: longer than ${textLimits.text} bytes, or no well-formed text`);
}

function readWords(value: string, { hint }: ValueData, { what, argument }: Named): string {
  if (isFreeText(value)) return value;
  if (argument === undefined) throw usageError(`${what}: expected 1 to 200 characters`);
  throw usageError(`${what}: a ${argument} is named with 1 to 200 characters`, hint);
}

/** The canonical name. */
function readPhase(value: string): string {
  const name = phaseName(value);
  if (name !== null) return name;
  throw usageError(
    `${JSON.stringify(value)} is no phase`,
    'expected a lower-case letter, then letters, digits, _ or -, at most 63, for example venv_rebuild',
  );
}

function readNumber(value: string, { type, min, max }: ValueData, { what }: Named): number {
  const whole = type === 'integer';
  const [least, most] = [min ?? Number.MIN_SAFE_INTEGER, max ?? Number.MAX_SAFE_INTEGER];
  const amount = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (isWithin(amount, { min: least, max: most, whole })) return amount;
  throw usageError(
    `${what}: ${JSON.stringify(value)} is no ${whole ? 'whole number' : 'number'} from ${least} to ${most === Number.MAX_SAFE_INTEGER ? 'many' : most}`,
  );
}

function readDuration(value: string, { min = 0, max = Infinity }: ValueData, { what }: Named): number {
  const ms = parseDurationMs(value);
  if (ms === null)
    throw usageError(
      `${what}: ${JSON.stringify(value)} is no duration`,
      'expected for example 500ms, 60s, 5m, 1h30m',
    );
  if (ms > max)
    throw usageError(
      `${what}: ${JSON.stringify(value)} is too long`,
      `expected at most ${max / 86_400_000}d`,
    );
  if (ms < min) throw usageError(`${what}: at least ${min}ms`);
  return ms;
}

function readTime(value: string, { what }: Named): number {
  const ms = parseTimeMs(value);
  if (ms === null)
    throw usageError(
      `${what}: ${JSON.stringify(value)} is no time`,
      'expected ISO 8601, for example 2026-01-14T18:45:00Z',
    );
  if (!isWithin(ms, amountLimits.wallMs))
    throw usageError(`${what}: ${JSON.stringify(value)} is not between the years 1970 and 2199`);
  return ms;
}

function readChoice(value: string, { choices = [] }: ValueData, { what }: Named): string {
  if (choices.includes(value)) return value;
  throw usageError(`${what}: ${JSON.stringify(value)} is none of ${choices.join(', ')}`);
}
