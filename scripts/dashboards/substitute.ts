/** Chosen values by the name of the variable: several are an alternation, as Grafana writes them for Prometheus. */
export interface Chosen {
  readonly values: Readonly<Record<string, string | readonly string[]>>;
  /** What `$__range`, `$__rate_interval` and `$__interval` stand for. */
  readonly rangeSeconds: number;
  readonly rateIntervalSeconds: number;
  readonly intervalSeconds: number;
}

/** Grafana's word for all values of a variable; its `allValue` stands for it, unescaped. */
export const allValue = '.+';

/** The expression with every `$variable` and `${variable}` put in; throws where one has no value. */
export function substitute(expr: string, chosen: Chosen): string {
  return expr.replace(
    /\$(?:(?<bare>\w+)|\{(?<braced>\w+)\})/g,
    (_, bare: string | undefined, braced: string | undefined) =>
      valueOfVariable(bare ?? braced ?? '', chosen),
  );
}

function valueOfVariable(
  name: string,
  { values, rangeSeconds, rateIntervalSeconds, intervalSeconds }: Chosen,
): string {
  if (name === '__range') return `${rangeSeconds}s`;
  if (name === '__rate_interval') return `${rateIntervalSeconds}s`;
  if (name === '__interval') return `${intervalSeconds}s`;
  const value = values[name];
  if (value === undefined) throw new Error(`the variable ${name} has no value`);
  if (value === allValue) return value;
  const several = (typeof value === 'string' ? [value] : value).map(asPattern);
  return several.length === 1 ? (several[0] ?? '') : `(${several.join('|')})`;
}

/** Inside a regular expression inside a PromQL string: each backslash twice. */
function asPattern(value: string): string {
  return value.replace(/[\\^$.*+?()[\]{}|]/g, '\\\\$&').replaceAll('"', '\\"');
}
