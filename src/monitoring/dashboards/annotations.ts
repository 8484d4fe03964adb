import type { AnnotationQuery } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf, group, withRecent } from './expressions.ts';
import { datasource } from './panel.ts';

/** What Grafana's Prometheus source knows of an annotation; the SDK's type has the general part. */
export interface PrometheusAnnotation extends AnnotationQuery {
  readonly expr: string;
  readonly titleFormat: string;
  readonly textFormat: string;
  /** The value is the time, in milliseconds. */
  readonly useValueForTime: boolean;
}

/** Deployments where they began, rollbacks for a scrape or two, alerts for as long as they fire. */
export function annotations(): PrometheusAnnotation[] {
  return [
    annotation({
      name: 'Deployments',
      iconColor: 'blue',
      expr: `1000 * ${withRecent({ series: chosenOf('deployment_recent_start_timestamp_seconds'), labels: 'version' })}`,
      titleFormat: '{{deployment}} {{version}} on {{instance}}',
      textFormat: '{{environment}}, {{deployment_id}}',
      useValueForTime: true,
    }),
    annotation({
      name: 'Rollbacks',
      iconColor: 'purple',
      expr: `sum by (${group}) (increase(${chosenOf('deployment_rollback_count')}[$__rate_interval])) > 0.5`,
      titleFormat: 'Rollback of {{deployment}} on {{instance}}',
      textFormat: '{{environment}}',
      useValueForTime: false,
    }),
    // An alert over several deployments has no such label: an empty one is chosen too.
    annotation({
      name: 'Firing alerts',
      iconColor: 'red',
      expr: 'ALERTS{alertstate="firing",deployment=~"$deployment|",environment=~"$environment|"}',
      titleFormat: '{{alertname}} ({{severity}})',
      textFormat: '{{deployment}} {{environment}} {{instance}}',
      useValueForTime: false,
    }),
  ];
}

function annotation(
  query: Omit<
    PrometheusAnnotation,
    'datasource' | 'enable' | 'hide' | 'filter' | 'target' | 'type' | 'builtIn'
  >,
): PrometheusAnnotation {
  return { ...query, datasource, enable: true };
}
