/** A number with its unit, similar to Grafana. */
export function formatValue(value: number, { unit, decimals }: { unit: string; decimals?: number }): string {
  if (Number.isNaN(value)) return 'NaN';
  const write = formats[unit] ?? plain;
  return write(value, decimals);
}

type Write = (value: number, decimals?: number) => string;

const formats: Readonly<Record<string, Write>> = {
  s: (value, decimals) => scaled(value, { decimals, steps: seconds }),
  ms: (value, decimals) => scaled(value / 1000, { decimals, steps: seconds }),
  bytes: (value, decimals) => scaled(value, { decimals, steps: bytes }),
  percent: (value, decimals) => `${plain(value, decimals)}%`,
  percentunit: (value, decimals) => `${plain(value * 100, decimals)}%`,
  short: (value, decimals) => scaled(value, { decimals, steps: thousands }),
  currencyUSD: (value, decimals) => `$${plain(value, decimals ?? 2)}`,
  dateTimeAsIso: (value) => new Date(value).toISOString().slice(0, 19).replace('T', ' '),
};

type Steps = readonly (readonly [from: number, name: string])[];

const seconds: Steps = [
  [86_400, ' days'],
  [3600, ' hours'],
  [60, ' mins'],
  [1, ' s'],
  [0.001, ' ms'],
];
const bytes: Steps = [
  [2 ** 30, ' GiB'],
  [2 ** 20, ' MiB'],
  [2 ** 10, ' KiB'],
  [1, ' B'],
];
const thousands: Steps = [
  [1e9, ' Bil'],
  [1e6, ' Mil'],
  [1e3, ' K'],
  [1, ''],
];

function scaled(value: number, { decimals, steps }: { decimals: number | undefined; steps: Steps }): string {
  const size = Math.abs(value);
  const [from, name] = steps.find(([least]) => size >= least) ?? [
    1,
    size === 0 && steps === seconds ? ' s' : '',
  ];
  return `${plain(value / from, decimals)}${name}`;
}

function plain(value: number, decimals?: number): string {
  if (decimals !== undefined) return value.toFixed(decimals);
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return String(Math.round(value * 10) / 10);
  return String(Number(value.toPrecision(3)));
}
