import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type {
  DashboardLink,
  DataSourceRef,
  Panel,
  ThresholdsConfig,
  ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { type Steps, thresholdsOf } from './thresholds.ts';

/** Grafana's names of the units that the metrics have. */
export type PanelUnit = 's' | 'ms' | 'bytes' | 'percent' | 'percentunit' | 'short' | 'none' | 'currencyUSD';

/** What every panel says. */
export interface PanelSpec {
  readonly title: string;
  readonly description: string;
  /** Columns of the grid's 24, and lines. */
  readonly span: number;
  readonly height: number;
  readonly queries: readonly Query[];
  readonly unit: PanelUnit;
  readonly decimals?: number;
  readonly thresholds: Steps;
  readonly mappings?: ValueMapping[];
  /** What an empty answer means. */
  readonly noValue?: string;
  /** A range of its own: `7d`. */
  readonly timeFrom?: string;
  /** The least step of its queries. */
  readonly interval?: string;
  readonly links?: readonly Builder<DashboardLink>[];
}

export interface Query {
  readonly expr: string;
  /** With Grafana's `{{label}}`; tables take the labels themselves. */
  readonly legend?: string;
  /** `range` draws lines, `instant` asks for now, `table` gives the labels of now as columns. */
  readonly kind: 'range' | 'instant' | 'table';
}

/** Chosen by the variable of every dashboard. */
export const datasource: DataSourceRef = { type: 'prometheus', uid: '$' + '{datasource}' };

/** What the builders of all panels can do. */
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
  dataLinks(links: Builder<DashboardLink>[]): unknown;
}

/** Gives a panel of any kind what its specification says. */
export function dressed<Builder extends Dressed>(builder: Builder, spec: PanelSpec): Builder {
  builder.title(spec.title);
  builder.description(spec.description);
  builder.span(spec.span);
  builder.height(spec.height);
  builder.datasource(datasource);
  builder.unit(spec.unit);
  builder.thresholds(thresholdsOf(spec.thresholds));
  for (const [index, query] of spec.queries.entries()) builder.withTarget(target(query, index));
  if (spec.decimals !== undefined) builder.decimals(spec.decimals);
  if (spec.mappings !== undefined) builder.mappings(spec.mappings);
  if (spec.noValue !== undefined) builder.noValue(spec.noValue);
  if (spec.timeFrom !== undefined) builder.timeFrom(spec.timeFrom);
  if (spec.interval !== undefined) builder.interval(spec.interval);
  if (spec.links !== undefined) builder.dataLinks([...spec.links]);
  return builder;
}

function target({ expr, legend, kind }: Query, index: number): DataqueryBuilder {
  const query = new DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + index))
    .datasource(datasource)
    .expr(expr);
  if (legend !== undefined) query.legendFormat(legend);
  if (kind === 'range') return query.range();
  return query.instant().format(kind === 'table' ? PromQueryFormat.Table : PromQueryFormat.TimeSeries);
}
