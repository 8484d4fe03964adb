import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type {
  DataSourceRef,
  Panel,
  ThresholdsConfig,
  ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { type Steps, thresholdsOf } from './thresholds.ts';

/** Units of the metrics, by Grafana's names. */
export type PanelUnit = 's' | 'ms' | 'bytes' | 'percent' | 'percentunit' | 'short' | 'none' | 'currencyUSD';

/** The properties of every panel. */
export interface PanelSpec {
  readonly title: string;
  readonly description: string;
  /** Columns, of 24, and lines of the grid. */
  readonly span: number;
  readonly height: number;
  readonly queries: readonly Query[];
  readonly unit: PanelUnit;
  readonly decimals?: number;
  readonly thresholds: Steps;
  readonly mappings?: ValueMapping[];
  /** Words for an empty result, instead of Grafana's "No data". */
  readonly noValue: string;
  /** Overrides the dashboard's range: `7d`. */
  readonly timeFrom?: string;
  /** Minimum step of its queries. */
  readonly interval?: string;
}

export type Query = MetricQuery | RowQuery;

interface OneQuery {
  /** With Grafana's `{{label}}`; tables show the labels as columns. */
  readonly legend?: string;
  /** In a figure: what differs from the panel. */
  readonly as?: { readonly unit: PanelUnit; readonly decimals: number; readonly thresholds: Steps };
}

interface MetricQuery extends OneQuery {
  readonly expr: string;
  /** `range` is for lines, `instant` for the current value, `table` for the current labels as columns. */
  readonly kind: 'range' | 'instant' | 'table';
}

/** Of the central store. */
export interface RowQuery extends OneQuery {
  readonly sql: string;
  /** `series` has the columns `time`, `metric` and `value`, sorted by time. */
  readonly kind: 'series' | 'table';
}

/** Set by a variable of every dashboard on metrics. */
export const datasource: DataSourceRef = { type: 'prometheus', uid: '$' + '{datasource}' };
/**
 * Set by a variable of the dashboard on rows. The name is another one: links between dashboards hand over all variables, and
 * a Prometheus cannot run SQL.
 */
export const storeSource: DataSourceRef = { type: 'grafana-postgresql-datasource', uid: '$' + '{store}' };

/** The methods that the builders of all panels share. */
interface Dressed extends Builder<Panel> {
  title(text: string): unknown;
  description(text: string): unknown;
  span(columns: number): unknown;
  height(lines: number): unknown;
  datasource(ref: DataSourceRef): unknown;
  withTarget(target: Builder<Dataquery>): unknown;
  unit(unit: string): unknown;
  decimals(decimals: number): unknown;
  thresholds(thresholds: Builder<ThresholdsConfig>): unknown;
  mappings(mappings: ValueMapping[]): unknown;
  noValue(text: string): unknown;
  timeFrom(timeFrom: string): unknown;
  interval(interval: string): unknown;
}

/** Applies a specification to a panel of any kind. */
export function dressed<Builder extends Dressed>(builder: Builder, spec: PanelSpec): Builder {
  builder.title(spec.title);
  builder.description(spec.description);
  builder.span(spec.span);
  builder.height(spec.height);
  builder.datasource(spec.queries.some((query) => 'sql' in query) ? storeSource : datasource);
  builder.unit(spec.unit);
  builder.thresholds(thresholdsOf(spec.thresholds));
  for (const [index, query] of spec.queries.entries()) builder.withTarget(target(query, index));
  if (spec.decimals !== undefined) builder.decimals(spec.decimals);
  if (spec.mappings !== undefined) builder.mappings(spec.mappings);
  builder.noValue(spec.noValue);
  if (spec.timeFrom !== undefined) builder.timeFrom(spec.timeFrom);
  if (spec.interval !== undefined) builder.interval(spec.interval);
  return builder;
}

/** The name of a query: A, B, C, … */
export function letterOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

/** A query as the data source of PostgreSQL stores it: written by hand, and its result as a table or as series. */
export interface RowTarget {
  readonly refId: string;
  readonly datasource: DataSourceRef;
  readonly format: 'table' | 'time_series';
  readonly rawSql: string;
  readonly rawQuery: true;
  readonly editorMode: 'code';
}

export function rowTarget({ sql, kind }: Pick<RowQuery, 'sql' | 'kind'>, refId: string): RowTarget {
  const format = kind === 'table' ? 'table' : 'time_series';
  return { refId, datasource: storeSource, format, rawSql: sql, rawQuery: true, editorMode: 'code' };
}

function target(said: Query, index: number): Builder<Dataquery> {
  const refId = letterOf(index);
  // The SDK has no builder for SQL, and its type has only a method that no query has.
  if ('sql' in said) return { build: () => rowTarget(said, refId) as unknown as Dataquery };
  const { expr, legend, kind } = said;
  const query = new DataqueryBuilder().refId(refId).datasource(datasource).expr(expr);
  if (legend !== undefined) query.legendFormat(legend);
  if (kind === 'range') return query.range();
  return query.instant().format(kind === 'table' ? PromQueryFormat.Table : PromQueryFormat.TimeSeries);
}
