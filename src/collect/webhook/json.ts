import { amountLimits, isWellFormed, isWithin } from '../../model.ts';
import { redact } from '../../redact.ts';

/** Reads a sender's JSON along a path; nothing is trusted to be there. */
export type Json = Readonly<Record<string, unknown>>;

export function objectAt(from: unknown, ...path: readonly string[]): Json | null {
  const found = at(from, path);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Json) : null;
}

export function listAt(from: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(from, path);
  return Array.isArray(found) ? found : [];
}

const mostCharacters = 1000;

/** Non-empty text without line breaks, at most 1000 characters. */
export function textAt(from: unknown, ...path: readonly string[]): string | null {
  const found = at(from, path);
  if (typeof found !== 'string' || !isWellFormed(found)) return null;
  // Redact first: in one line, or truncated, a secret loses the marks that identify it.
  const whole = found.length > mostCharacters || /[\r\n]/.test(found) ? redact(found) : found;
  const text = whole.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return text === '' ? null : [...text].slice(0, mostCharacters).join('');
}

/** A whole number, as used for IDs: its text. */
export function idAt(from: unknown, ...path: readonly string[]): string | null {
  const found = at(from, path);
  return typeof found === 'number' && Number.isSafeInteger(found) && found >= 0 ? String(found) : null;
}

/**
 * ISO 8601, or as GitLab writes it: `2026-01-14 18:45:00 UTC`, `… +0200`. In Unix milliseconds; null for a time without
 * a zone.
 */
export function timeAt(from: unknown, ...path: readonly string[]): number | null {
  const text = textAt(from, ...path);
  const form = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|UTC|[+-]\d{2}:?\d{2})$/i;
  const [, day, clock, zone = ''] = form.exec(text ?? '') ?? [];
  if (day === undefined) return null;
  const utc = zone.toUpperCase() === 'UTC' ? 'Z' : zone.toUpperCase().replace(/(\d{2})(\d{2})$/, '$1:$2');
  const ms = Date.parse(`${day}T${clock}${utc}`);
  return isWithin(ms, amountLimits.wallMs) ? ms : null;
}

function at(from: unknown, path: readonly string[]): unknown {
  let found = from;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Json)[key];
  }
  return found;
}
