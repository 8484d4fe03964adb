import type { View } from './view.ts';

/** Seconds as options accept them: `850ms`, `8.5s`, `2m15s`, `1h2m3s`, `2d3h`. A dash if there is no value. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return '-';
  if (seconds < 0) return `-${formatSeconds(-seconds)}`;
  if (seconds === 0) return '0s';
  if (Math.round(seconds * 1000) < 1000) return `${Math.round(seconds * 1000)}ms`;
  if (Math.round(seconds * 10) < 600) return `${(Math.round(seconds * 10) / 10).toFixed(1)}s`;
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    // With days, seconds are left out.
    [whole < 86_400 ? whole % 60 : 0, 's'],
  ] as const;
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join('');
}

/** A time of the ledger: `2026-01-14 18:45:00` in the host's zone, or as stored, ISO 8601 in UTC. */
export function formatTime(iso: string | null, { local }: Pick<View, 'local'>): string {
  if (iso === null) return '-';
  const date = new Date(iso);
  if (!local || Number.isNaN(date.getTime())) return iso;
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const steps = [
  { unit: 'y', seconds: 365 * 86_400, from: 2 },
  { unit: 'mo', seconds: 30 * 86_400, from: 2 },
  { unit: 'd', seconds: 86_400, from: 2 },
  { unit: 'h', seconds: 3600, from: 1 },
  { unit: 'm', seconds: 60, from: 1 },
] as const;

/** How long ago a time was, in one unit; `just now` below a minute and for times in the future. */
export function formatAgo(iso: string, { nowMs }: Pick<View, 'nowMs'>): string {
  const seconds = (nowMs - Date.parse(iso)) / 1000;
  if (Number.isNaN(seconds)) return '';
  for (const step of steps) {
    const amount = Math.floor(seconds / step.seconds);
    if (amount >= step.from) return `${amount}${step.unit} ago`;
  }
  return 'just now';
}
