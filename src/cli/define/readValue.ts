import { parseDurationMs, parseTimeMs } from '../../duration.ts';
import { usageError } from '../../errors.ts';
import { amountLimits, isWithin, textLimits } from '../../limits.ts';
import { isFreeText, phaseName } from '../../model.ts';
import { isWellFormed } from '../../text/wellFormed.ts';
import type { ValueData } from './option.ts';

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
