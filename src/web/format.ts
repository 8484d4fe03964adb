import {
  formatAgo,
  formatBytes,
  formatCount,
  formatSeconds,
  formatShare,
  formatTime,
} from '../text/figures.ts';

/** Seconds as the terminal shows them: `850ms`, `12.3s`, `4m10s`, `2h5m`. */
export function seconds(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : formatSeconds(value);
}

/** Seconds of something that runs, to the second: `0:58`, `12:03`, `1:02:03`. */
export function elapsed(value: number): string {
  const whole = Math.max(0, Math.floor(value));
  const minutes = `${Math.floor((whole % 3600) / 60)}`;
  const rest = `${two(whole % 60)}`;
  return whole < 3600
    ? `${minutes}:${rest}`
    : `${Math.floor(whole / 3600)}:${minutes.padStart(2, '0')}:${rest}`;
}

/** Local time to the second. */
export function local(iso: string): string {
  return formatTime(iso, { local: true });
}

/** `29 Nov`, and the year if it is not this one. */
export function dayOf(iso: string, today: Date): string {
  const at = new Date(iso);
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][
    at.getMonth()
  ];
  const year = at.getFullYear() === today.getFullYear() ? '' : ` ${at.getFullYear()}`;
  return `${at.getDate()} ${month}${year}`;
}

export function utc(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

/** Local time and UTC, for hover. */
export function moment(iso: string): string {
  return `${local(iso)} (${utc(iso)})`;
}

export function clockTime(at: Date): string {
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The zone of the browser at a time: `UTC`, `UTC+1`, `UTC−3:30`. */
export function offset(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const rest = minutes % 60 === 0 ? '' : `:${two(Math.abs(minutes) % 60)}`;
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(Math.abs(minutes) / 60)}${rest}`;
}

/** Of the browser: `Europe/Berlin`. */
export function zoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC';
}

export function ago(iso: string, at: Date): string {
  return formatAgo(iso, { nowMs: at.getTime() });
}

export const percent = formatShare;

export const count = formatCount;

export function plural(value: number, name: string): string {
  return `${count(value)} ${name}${value === 1 ? '' : 's'}`;
}

export function bytes(value: number | null): string {
  return value === null ? '–' : formatBytes(value);
}

function two(figure: number): string {
  return String(figure).padStart(2, '0');
}
