/** A selector: the name with its matchers; empty ones are left out. */
export function series(name: string, matchers: readonly string[]): string {
  const said = matchers.filter((matcher) => matcher !== '');
  return said.length === 0 ? name : `${name}{${said.join(',')}}`;
}

/** The increase in a window, summed by labels. */
export function increaseBy(by: readonly string[], { of, window }: { of: string; window: string }): string {
  return `sum by (${by.join(', ')}) (increase(${of}[${window}]))`;
}

/** The bucket of a bound: Prometheus 3 stores `1200` as `1200.0`. */
export function bucketOf(bound: number): string {
  return Number.isInteger(bound) ? `le=~"${bound}(\\\\.0)?"` : `le="${bound}"`;
}

/** A matcher for one value with any characters: PromQL escapes strings as JSON does. */
export function matcher(label: string, { is, not = false }: { is: string; not?: boolean }): string {
  return `${label}${not ? '!=' : '='}${JSON.stringify(is)}`;
}

/** Prometheus' windows as milliseconds. */
export function windowMs(window: string): number {
  const unit = { m: 60_000, h: 3_600_000, d: 86_400_000 }[window.at(-1) ?? ''] ?? Number.NaN;
  return Number(window.slice(0, -1)) * unit;
}
