import { type AmountName, amountLimits, isWellFormed, isWithin, textLimits } from '../../model.ts';
import { whatIsWrong } from '../../settings/check.ts';
import { isPlain } from '../../text/plainText.ts';
import type { TimeZone } from './timeZone.ts';

/** The value of a field, or what was expected of it. */
export type Field<Value> = { readonly value: Value } | { readonly expected: string };

/** A time in Unix milliseconds, and as it was written: the same text is the same deployment in any time zone. */
export interface WrittenTime {
  readonly ms: number;
  readonly written: string;
  readonly isZoned: boolean;
}

/** Free-form text; missing and empty are null. */
export function textField(value: unknown): Field<string | null> {
  const read = textUpTo(textLimits.text, value);
  if ('expected' in read || read.value === null || isPlain(read.value, { lines: true })) return read;
  return { expected: 'text without control characters' };
}

function textOf(value: unknown): Field<string | null> {
  if (value === null || value === undefined || value === '') return { value: null };
  if (typeof value === 'number' && Number.isFinite(value)) return { value: String(value) };
  if (typeof value !== 'string' || !isWellFormed(value)) return { expected: 'text' };
  // Replaces bytes that could not be read: the text itself is lost already.
  return value.includes('\ufffd') ? { expected: 'text in UTF-8' } : { value };
}

/** A name: one line, at most 255 bytes. */
export function nameField(value: unknown): Field<string | null> {
  const read = textField(value);
  if ('expected' in read || read.value === null) return read;
  return whatIsWrong('name', read.value) === null ? read : { expected: 'one line of at most 255 bytes' };
}

/** Notes and errors: the longest text that is stored. */
export function longTextField(value: unknown): Field<string | null> {
  return textUpTo(textLimits.long, value);
}

function textUpTo(mostBytes: number, value: unknown): Field<string | null> {
  const read = textOf(value);
  if ('expected' in read || read.value === null || Buffer.byteLength(read.value) <= mostBytes) return read;
  return { expected: `text of at most ${mostBytes} bytes` };
}

/** Seconds, as a number or as text. */
export function secondsField(value: unknown): Field<number | null> {
  return amountField('seconds', value);
}

export function cpuSecondsField(value: unknown): Field<number | null> {
  return amountField('cpuSeconds', value);
}

export function bytesField(value: unknown): Field<number | null> {
  return amountField('bytes', value);
}

function amountField(name: AmountName, value: unknown): Field<number | null> {
  if (value === null || value === undefined || value === '') return { value: null };
  const isNumber = typeof value === 'string' && /^\s*\d+(\.\d*)?([eE][+-]?\d+)?\s*$/.test(value);
  const amount = isNumber ? Number(value) : value;
  const bounds = amountLimits[name];
  return typeof amount === 'number' && isWithin(amount, { ...bounds, whole: false })
    ? { value: amount }
    : { expected: `a number from 0 to ${bounds.max}, for example 135.4` };
}

/** `time_to_healthy` is a text in the user's schema, in the shortest decimal form. */
export function amountTextField(value: unknown): Field<string | null> {
  const read = secondsField(value);
  if ('expected' in read) return read;
  return { value: read.value === null ? null : String(read.value) };
}

export function flagField(value: unknown): Field<0 | 1 | null> {
  if (value === null || value === undefined || value === '') return { value: null };
  const word = String(value).toLowerCase();
  if (['1', 'true', 'yes'].includes(word)) return { value: 1 };
  return ['0', 'false', 'no'].includes(word) ? { value: 0 } : { expected: '1, 0, true or false' };
}

const timeForm =
  /^\s*(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?\s*$/i;

/** ISO 8601 with `T` or a space; without a zone the given one applies. */
export function timeField(value: unknown, zone: TimeZone): Field<WrittenTime | null> {
  if (value === null || value === undefined || value === '') return { value: null };
  const expected = { expected: 'a time, for example 2026-01-14T18:45:00 or 2026-01-14 18:45:00Z' };
  const parts = typeof value === 'string' ? timeForm.exec(value) : null;
  if (parts === null) return expected;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zoned = ''] = parts;
  const clock = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}`;
  const wallMs = Date.parse(`${clock}Z`);
  // Date would read February 30 as March 2.
  if (Number.isNaN(wallMs) || new Date(wallMs).toISOString() !== `${clock}Z`) return expected;
  const utc = zoned.toUpperCase() === 'UTC' ? 'Z' : zoned.toUpperCase().replace(/^([+-]\d{2})$/, '$1:00');
  const ms =
    utc === '' ? zone.toMs(wallMs) : Date.parse(`${clock}${utc.replace(/(\d{2})(\d{2})$/, '$1:$2')}`);
  if (!isWithin(ms, amountLimits.wallMs)) return expected;
  return { value: { ms, written: `${clock}${utc}`, isZoned: utc !== '' } };
}
