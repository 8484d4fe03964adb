import { formatAgo, formatBytes, formatSeconds, formatShare, formatTime } from '../text/figures.ts';

/** Seconds as the terminal shows them: `850ms`, `12.3s`, `4m10s`, `2h5m`. */
export function seconds(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : formatSeconds(value);
}

/** Local time to the second, and how long ago. */
export function moment(iso: string | null, now: Date): string {
  return iso === null ? '–' : `${local(iso)} (${formatAgo(iso, { nowMs: now.getTime() })})`;
}

export function local(iso: string): string {
  return formatTime(iso, { local: true });
}

export const percent = formatShare;

export function bytes(value: number | null): string {
  return value === null ? '–' : formatBytes(value);
}

export const statusClass: Readonly<Record<string, string>> = {
  success: 'good',
  warning: 'warn',
  failed: 'bad',
  'in-progress': 'run',
};

const glyphs: Readonly<Record<string, string>> = {
  success: '✓',
  warning: '!',
  failed: '✗',
  'in-progress': '▶',
};

/** A sign before the text, so that color is not the only difference. */
export function statusText(status: string): string {
  return `${glyphs[status] ?? ''} ${status}`;
}

/** The status and, if it was not simply rolled out, what that meant: `✗ failed, rolled back to 1.4`. */
export function outcomeText({ status, outcome }: { status: string; outcome: string | null }): string {
  if (outcome === null || outcome === 'rolled out') return statusText(status);
  const rest = outcome.startsWith(status) ? outcome.slice(status.length) : `, ${outcome}`;
  return `${statusText(status)}${rest}`;
}
