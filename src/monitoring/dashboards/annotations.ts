import type { AnnotationQuery } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf, group, withRecent } from './expressions.ts';
import { datasource } from './panel.ts';

/** The fields that Grafana's Prometheus data source adds to an annotation; the SDK's type has only the general ones. */
export interface PrometheusAnnotation extends AnnotationQuery {
  readonly expr: string;
  readonly titleFormat: string;
  readonly textFormat: string;
  /** The value is the time, in milliseconds. */
  readonly useValueForTime: boolean;
}

/**
 * Deployments at their start, rollbacks for a scrape or two, alerts for as long as they fire. Each has a switch above the
 * dashboard; only deployments are on, because everything at once hides the charts.
 */
export function annotations(): PrometheusAnnotation[] {
  return [
    annotation({
      name: 'Deployments',
      enable: true,
      iconColor: 'blue',
      expr: `1000 * ${withRecent({ series: chosenOf('deployment_recent_start_timestamp_seconds'), labels: 'version' })}`,
      titleFormat: '{{deployment}} {{version}} on {{instance}}',
      textFormat: '{{environment}}, {{deployment_id}}',
      useValueForTime: true,
    }),
    annotation({
      name: 'Rollbacks',
      enable: false,
      iconColor: 'orange',
      expr: `sum by (${group}) (increase(${chosenOf('deployment_rollback_count')}[$__rate_interval])) > 0.5`,
      titleFormat: 'Rollback of {{deployment}} on {{instance}}',
      textFormat: '{{environment}}',
      useValueForTime: false,
    }),
    // An alert over several deployments or hosts does not have the label, so an empty value matches too. VictoriaMetrics before
    // 1.121 does not find it by `$instance|`.
    annotation({
      name: 'Firing alerts',
      enable: false,
      iconColor: 'red',
      expr: 'ALERTS{alertstate="firing",drill="",deployment=~"($deployment)?",environment=~"($environment)?",instance=~"($instance)?"}',
      titleFormat: '{{alertname}} ({{severity}})',
      textFormat: '{{deployment}} {{environment}} {{instance}}',
      useValueForTime: false,
    }),
  ];
}

function annotation(
  query: Omit<PrometheusAnnotation, 'datasource' | 'hide' | 'filter' | 'target' | 'type' | 'builtIn'>,
): PrometheusAnnotation {
  return { ...query, datasource, hide: false };
}
