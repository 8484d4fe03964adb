import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type {
  DataTransformerConfig,
  DynamicConfigValue,
  Panel,
  ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { addressLink, troubleshootingLink } from './links.ts';
import { openAddress } from './mappings.ts';
import { dressed, type PanelSpec, type PanelUnit } from './panel.ts';
import { type Steps, thresholdsOf } from './thresholds.ts';

export interface Column {
  /** A label, or `Value #A` of the query with that letter (`Value` if there is only one query). */
  readonly field: string;
  readonly title: string;
  readonly unit?: PanelUnit | 'dateTimeAsIso';
  readonly decimals?: number;
  readonly width?: number;
  readonly mappings?: ValueMapping[];
  /** Colors the cell by its number. */
  readonly thresholds?: Steps;
  /** The ID of a deployment, from the metrics or from rows of the store, or an address with the title of its link. */
  readonly link?: 'deployment' | 'deploymentOfStore' | { readonly address: string };
  /** The color of its status fills the cell. */
  readonly filled?: true;
}

export interface TableSpec extends PanelSpec {
  readonly columns: readonly Column[];
  /** Columns of the result to hide. */
  readonly without?: readonly string[];
  readonly sortedBy?: { readonly title: string; readonly descending: boolean };
  /** Rows that become columns. */
  readonly matrix?: DataTransformerConfig;
}

/** The results of all queries side by side, joined by the labels that they share. */
export function table(spec: TableSpec): Builder<Panel> {
  const { columns, without = [], sortedBy, matrix } = spec;
  const panel = dressed(new TableBuilder(), spec).transformations([
    { id: 'merge', options: {} },
    organized(columns, without),
    ...(matrix === undefined ? [] : [matrix]),
    ...(sortedBy === undefined
      ? []
      : [
          {
            id: 'sortBy',
            options: { sort: [{ field: sortedBy.title, desc: sortedBy.descending }] },
          },
        ]),
  ]);
  for (const column of columns) {
    const properties = propertiesOf(column);
    if (properties.length > 0) panel.overrideByName(column.title, properties);
  }
  return panel;
}

export function organized(columns: readonly Column[], without: readonly string[]): DataTransformerConfig {
  const hidden = ['Time', '__name__', 'job', ...without];
  return {
    id: 'organize',
    options: {
      excludeByName: Object.fromEntries(hidden.map((name) => [name, true])),
      indexByName: Object.fromEntries(columns.map(({ field }, index) => [field, index])),
      renameByName: Object.fromEntries(
        columns.filter(({ field, title }) => field !== title).map(({ field, title }) => [field, title]),
      ),
    },
  };
}

function propertiesOf(column: Column): DynamicConfigValue[] {
  const { unit, decimals, width, mappings, thresholds, link, filled } = column;
  const isColored = thresholds !== undefined || mappings !== undefined;
  return [
    ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
    ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
    ...(width === undefined ? [] : [{ id: 'custom.width', value: width }]),
    ...(mappings === undefined ? [] : [{ id: 'mappings', value: mappings }]),
    ...(thresholds === undefined ? [] : [{ id: 'thresholds', value: thresholdsOf(thresholds).build() }]),
    ...(isColored
      ? [
          {
            id: 'custom.cellOptions',
            value: filled === true ? { type: 'color-background', mode: 'basic' } : { type: 'color-text' },
          },
        ]
      : []),
    ...(link === undefined ? [] : [{ id: 'links', value: [linkOf(link).build()] }]),
  ];
}

function linkOf(link: NonNullable<Column['link']>) {
  if (link === 'deployment') return troubleshootingLink({ from: 'metrics' });
  return link === 'deploymentOfStore' ? troubleshootingLink({ from: 'rows' }) : addressLink(link.address);
}

/** The CI run and the page of the web UI, from the labels `url` and `page`. */
export const addressColumns: readonly Column[] = [
  { field: 'url', title: 'CI run', link: { address: 'CI run' }, mappings: openAddress, width: 70 },
  { field: 'page', title: 'Page', link: { address: 'Page' }, mappings: openAddress, width: 60 },
];
