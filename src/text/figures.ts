/** Durations, times, shares and amounts as every output shows them: terminal, web UI and Markdown. No imports. */

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
export function formatTime(iso: string | null, { local }: { readonly local: boolean }): string {
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
export function formatAgo(iso: string, { nowMs }: { readonly nowMs: number }): string {
  const seconds = (nowMs - Date.parse(iso)) / 1000;
  if (Number.isNaN(seconds)) return '';
  for (const step of steps) {
    const amount = Math.floor(seconds / step.seconds);
    if (amount >= step.from) return `${amount}${step.unit} ago`;
  }
  return 'just now';
}

/**
 * A ratio as a percentage with one decimal, two below 1%: `94.2%`, `0.25%`. Only all is `100.0%`, and only nothing `0.0%`.
 */
export function formatShare(ratio: number): string {
  if (!Number.isFinite(ratio)) return 'n/a';
  if (ratio < 0) return `-${formatShare(-ratio)}`;
  const percent = ratio * 100;
  if (percent > 0 && percent < 0.995) return percent < 0.005 ? '<0.01%' : `${percent.toFixed(2)}%`;
  if (percent < 100 && percent >= 99.95) return '99.9%';
  return `${percent.toFixed(1)}%`;
}

/** The relative change from one value to another: `+85%`, `-4%`. Null if there is nothing to compare with. */
export function formatChange(now: number, before: number): string | null {
  if (!Number.isFinite(now / before)) return null;
  const percent = Math.round((now / before - 1) * 100);
  return `${percent < 0 ? '' : '+'}${percent}%`;
}

/** How often something happens: `1.4 per day`, `3.2 per week`, `2.3 per month`. */
export function formatFrequency(perDay: number): string {
  const [times, each] =
    perDay >= 1 ? [perDay, 'day'] : perDay * 7 >= 1 ? [perDay * 7, 'week'] : [perDay * 30.4375, 'month'];
  return `${times.toFixed(1)} per ${each}`;
}

/** A whole number with separators: `4,130`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Bytes in the largest binary unit of which there is at least one: `512 B`, `1.4 MiB`, `2.0 GiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** power;
  return `${amount.toFixed(amount < 100 ? 1 : 0)} ${units[power - 1]}`;
}
