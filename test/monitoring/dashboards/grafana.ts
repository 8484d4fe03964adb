import type * as barchart from '@grafana/grafana-foundation-sdk/barchart';
import type * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import type {
  Dashboard,
  FieldConfig,
  FieldConfigSource,
  Panel,
  RowPanel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type * as gauge from '@grafana/grafana-foundation-sdk/gauge';
import type { dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import type * as stat from '@grafana/grafana-foundation-sdk/stat';
import type * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import type * as table from '@grafana/grafana-foundation-sdk/table';
import type * as text from '@grafana/grafana-foundation-sdk/text';
import type * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import type { PrometheusAnnotation } from '../../../src/monitoring/dashboards/annotations.ts';
import type { RowTarget } from '../../../src/monitoring/dashboards/panel.ts';
import type { RowAnnotation } from '../../../src/monitoring/dashboards/rows/annotations.ts';

/**
 * Grafana's own schema from the types of its SDK, for dashboards and for each type of panel that is used.
 * Without the numbers and versions that belong to one Grafana; those are errors here.
 */
export interface Grafana {
  dashboard: Omit<Dashboard, 'id' | 'version' | 'revision' | 'panels' | 'annotations'> & {
    panels: unknown[];
    annotations: { list: (PrometheusAnnotation | RowAnnotation)[] };
  };
  row: Omit<RowPanel, 'id' | 'panels'> & { panels: never[] };
  barchart: Drawn<'barchart', barchart.Options, barchart.FieldConfig>;
  bargauge: Drawn<'bargauge', bargauge.Options, never>;
  gauge: Drawn<'gauge', gauge.Options, never>;
  stat: Drawn<'stat', stat.Options, never>;
  'state-timeline': Drawn<'state-timeline', statetimeline.Options, statetimeline.FieldConfig>;
  table: Drawn<'table', table.Options, table.FieldConfig>;
  text: Omit<Panel, 'type' | 'id' | 'targets' | 'options'> & { type: 'text'; options: text.Options };
  timeseries: Drawn<'timeseries', timeseries.Options, timeseries.FieldConfig>;
}

type Drawn<Type, Options, Custom> = Omit<Panel, 'type' | 'id' | 'targets' | 'options' | 'fieldConfig'> & {
  type: Type;
  targets: (Omit<dataquery, '_implementsDataqueryVariant'> | RowTarget)[];
  options?: Options;
  fieldConfig: Omit<FieldConfigSource, 'defaults'> & {
    defaults: Omit<FieldConfig, 'custom'> & { custom?: Custom };
  };
};
