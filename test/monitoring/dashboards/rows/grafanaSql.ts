import type { SqlResult } from '../../../support/sqlClient.ts';

/**
 * What Grafana does with a query of its PostgreSQL data source before the database sees it. Written after the behavior of
 * packages/grafana-sql/src/datasource/SqlDatasource.ts (variables), pkg/tsdb/grafana-postgresql-datasource/macros.go and
 * sqleng/sql_engine.go (macros and results) in grafana/grafana.
 */
export interface Asked {
  readonly from: Date;
  readonly to: Date;
  /** `$__interval`: `1h`. */
  readonly interval: string;
  /** A list of a variable with several values, or the text of one with a single value. */
  readonly values: Readonly<Record<string, readonly string[] | string>>;
  /** The `allValue` of variables all of whose values are selected: it is written as it is. */
  readonly all: Readonly<Record<string, string>>;
}

/** The statement that the database gets. Throws as Grafana does. */
export function interpolated(rawSql: string, asked: Asked): string {
  return withMacros(withVariables(rawSql, asked), asked);
}

function withVariables(rawSql: string, { values, all, interval }: Asked): string {
  const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;
  return rawSql.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    if (name === '__interval') return interval;
    if (name.startsWith('__')) return whole;
    const own = all[name];
    if (own !== undefined) return own;
    const value = values[name];
    if (value === undefined) throw new Error(`the variable ${name} has no value`);
    return typeof value === 'string' ? value.replaceAll("'", "''") : value.map(quoted).join(',');
  });
}

/** A macro ends at the first closing bracket. */
function withMacros(sql: string, { from, to }: Asked): string {
  return sql.replace(/\$([_a-zA-Z0-9]+)\(([^)]*)\)/g, (whole, name: string, inside: string, at: number) => {
    const [column = '', said = ''] = inside.split(',').map((part) => part.replace(/^ +| +$/g, ''));
    const [begin, end] = [from, to].map((time) => `'${time.toISOString()}'`);
    switch (name) {
      case '__timeFilter':
        return `${column} BETWEEN ${begin} AND ${end}`;
      case '__timeFrom':
        return begin ?? '';
      case '__timeTo':
        return end ?? '';
      case '__timeGroup': {
        const seconds = intervalSeconds(said.replaceAll("'", ''));
        const group = `floor(extract(epoch from ${column})/${seconds})*${seconds}`;
        // For compatibility with versions before 5.3.
        return sql[at + whole.length] === ',' ? `${group} AS "time"` : group;
      }
      default:
        throw new Error(`unknown macro "${name}"`);
    }
  });
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

function intervalSeconds(text: string): number {
  const [, count, unit = ''] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  const seconds = units[unit];
  if (count === undefined || seconds === undefined) throw new Error(`error parsing interval ${text}`);
  return Number(count) * seconds;
}

/** A point of a series, in Unix seconds. */
export interface Point {
  readonly series: string;
  readonly seconds: number;
  readonly value: number;
}

/** The result as series. Throws if Grafana would show an error instead. */
export function seriesOf({ columns, rows }: SqlResult): Point[] {
  const named = columns.map(({ name }) => name);
  if (named.join(' ') !== 'time metric value') throw new Error(`not time, metric and value: ${named}`);
  const points = rows.map(({ time, metric, value }) => {
    if (time === null) throw new Error('null time value');
    const seconds = typeof time === 'number' ? time : Date.parse(String(time)) / 1000;
    return { series: String(metric), seconds, value: Number(value) };
  });
  for (const [at, { seconds }] of points.entries())
    if (seconds < (points[at - 1]?.seconds ?? seconds)) throw new Error('the series is not sorted by time');
  return points;
}
