/** A number with its unit, similar to Grafana. */
export function formatValue(value: number, { unit, decimals }: { unit: string; decimals?: number }): string {
  if (Number.isNaN(value)) return 'NaN';
  return (formats[unit] ?? plain)(value, decimals);
}

const seconds = { ' days': 86_400, ' hours': 3600, ' mins': 60, ' s': 1, ' ms': 0.001 };
const bytes = { ' GiB': 2 ** 30, ' MiB': 2 ** 20, ' KiB': 2 ** 10, ' B': 1 };
const thousands = { ' Bil': 1e9, ' Mil': 1e6, ' K': 1e3 };

const formats: Readonly<Record<string, typeof plain>> = {
  s: (value, decimals) => scaled(value, seconds, decimals),
  ms: (value, decimals) => scaled(value / 1000, seconds, decimals),
  bytes: (value, decimals) => scaled(value, bytes, decimals),
  percent: (value, decimals) => `${plain(value, decimals)}%`,
  percentunit: (value, decimals) => `${plain(value * 100, decimals)}%`,
  short: (value, decimals) => scaled(value, thousands, decimals),
  currencyUSD: (value, decimals) => `$${plain(value, decimals ?? 2)}`,
  dateTimeAsIso: (value) => new Date(value).toISOString().slice(0, 19).replace('T', ' '),
};

/** In the first of the steps that it reaches. */
function scaled(value: number, steps: Readonly<Record<string, number>>, decimals?: number): string {
  const none = [value === 0 && steps === seconds ? ' s' : '', 1] as const;
  const [name, from] = Object.entries(steps).find(([, least]) => Math.abs(value) >= least) ?? none;
  return `${plain(value / from, decimals)}${name}`;
}

function plain(value: number, decimals?: number): string {
  if (decimals !== undefined) return value.toFixed(decimals);
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return String(Math.round(value * 10) / 10);
  return String(Number(value.toPrecision(3)));
}
