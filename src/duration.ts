import type { Context } from './context.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `500ms`, `60s`, `5m`, `1h30m`, `30d` in milliseconds; null for anything else. */
export function parseDurationMs(text: string): number | null {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return null;
  let totalMs = 0;
  for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h|d)/g)) {
    totalMs += Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN);
  }
  return Number.isFinite(totalMs) ? totalMs : null;
}

/** ISO 8601 as Unix milliseconds; without a zone it is the host's local time; null for anything else. */
export function parseTimeMs(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?( ?(Z|[+-]\d{2}:?\d{2}))?)?$/i.test(text))
    return null;
  // Date would read a date without a time as UTC; the contract says local.
  const local = /^\d{4}-\d{2}-\d{2}$/.test(text)
    ? `${text}T00:00:00`
    : text.replace(' ', 'T').replace(',', '.');
  const ms = Date.parse(local.replace(/ (?=[Z+-])/i, ''));
  return Number.isNaN(ms) ? null : ms;
}

/**
 * Starts a stopwatch: each call returns the milliseconds since. By the monotonic clock, so that corrections of the wall
 * clock have no effect.
 */
export function stopwatch(context: Pick<Context, 'instant'>): () => number {
  const nowMs = () => (context.instant().monotonicSeconds ?? 0) * 1000;
  const beganMs = nowMs();
  return () => nowMs() - beganMs;
}
