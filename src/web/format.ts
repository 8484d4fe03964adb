/** Seconds as text: `850 ms`, `12.3 s`, `4 min 10 s`, `2 h 5 min`. */
export function seconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  if (value < 100) return `${value.toFixed(1)} s`;
  const whole = Math.round(value);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Local time to the second, and how long ago. */
export function moment(iso: string | null, now: Date): string {
  if (iso === null) return '–';
  return `${local(iso)} (${ago((now.getTime() - Date.parse(iso)) / 1000)})`;
}

export function local(iso: string): string {
  const at = new Date(iso);
  const two = (figure: number) => String(figure).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

function ago(past: number): string {
  if (past < 60) return 'just now';
  if (past < 5400) return `${Math.round(past / 60)} min ago`;
  if (past < 129_600) return `${Math.round(past / 3600)} h ago`;
  return `${Math.round(past / 86_400)} days ago`;
}

export function percent(share: number): string {
  const value = share * 100;
  return `${value === Math.round(value) ? value : value.toFixed(1)} %`;
}

export function bytes(value: number | null): string {
  if (value === null) return '–';
  return value < 2 ** 30 ? `${(value / 2 ** 20).toFixed(1)} MiB` : `${(value / 2 ** 30).toFixed(2)} GiB`;
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
