/**
 * Selected values by the name of the variable: several become an alternation, as Grafana writes them for
 * Prometheus.
 */
export interface Chosen {
  readonly values: Readonly<Record<string, string | readonly string[]>>;
  /** The values of `$__range` and `$__range_s`, `$__rate_interval` and `$__interval`. */
  readonly rangeSeconds: number;
  readonly rateIntervalSeconds: number;
  readonly intervalSeconds: number;
}

/** Grafana's name for all values of a variable; it is replaced by `allValue`, unescaped. */
export const allValue = '.+';

/**
 * The expression with every `$variable`, `${variable}` and `${variable:raw}` substituted; throws if one has no value.
 * `$1` is no variable.
 */
export function substitute(expr: string, chosen: Chosen): string {
  return expr.replace(
    /\$(?:(?<bare>[a-z_]\w*)|\{(?<braced>\w+)(?<raw>:raw)?\})/g,
    (_, bare: string | undefined, braced: string | undefined, raw: string | undefined) =>
      raw === undefined ? valueOfVariable(bare ?? braced ?? '', chosen) : rawValue(braced ?? '', chosen),
  );
}

function rawValue(name: string, { values }: Chosen): string {
  const value = values[name];
  if (typeof value !== 'string') throw new Error(`the variable ${name} has no value`);
  return value;
}

function valueOfVariable(
  name: string,
  { values, rangeSeconds, rateIntervalSeconds, intervalSeconds }: Chosen,
): string {
  if (name === '__range') return `${rangeSeconds}s`;
  if (name === '__range_s') return String(rangeSeconds);
  if (name === '__rate_interval') return `${rateIntervalSeconds}s`;
  if (name === '__interval') return `${intervalSeconds}s`;
  const value = values[name];
  if (value === undefined) throw new Error(`the variable ${name} has no value`);
  if (value === allValue) return value;
  const several = (typeof value === 'string' ? [value] : value).map(asPattern);
  return several.length === 1 ? (several[0] ?? '') : `(${several.join('|')})`;
}

/** Inside a regular expression inside a PromQL string, each backslash is doubled. */
function asPattern(value: string): string {
  return value.replace(/[\\^$.*+?()[\]{}|]/g, '\\\\$&').replaceAll('"', '\\"');
}
