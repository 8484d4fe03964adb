import { allValue, substitute } from '../../scripts/dashboards/substitute.ts';
import { queries } from '../monitoring/dashboards/shipped.ts';
import type { Prometheus } from '../support/prometheus.ts';

/** Series that rollbacks, failures and outages change. */
const concerned = /rollback|slo_bad|error_budget|downtime_seconds|deployment_status\b|deployment_version\b/;

/** What the panels of all dashboards show of a deployment in its environment `production`: labels and value. */
export async function panelValues(
  prometheus: Prometheus,
  values: { readonly deployment: string; readonly deployment_id: string },
): Promise<Record<string, string[]>> {
  const chosen = {
    values: { ...values, environment: 'production', instance: allValue, page: '' },
    rangeSeconds: 3600,
    rateIntervalSeconds: 3600,
    intervalSeconds: 1,
  };
  const panels = queries.filter(({ of, expr }) => of !== 'variable' && concerned.test(expr));
  const shown = panels.map(async ({ dashboard, panel, refId, expr }) => {
    const series = await prometheus.query(substitute(expr, chosen));
    const texts = series.map(({ labels: { reason, status, instance }, value }) =>
      [reason ?? status ?? (dashboard.startsWith('fleet') ? instance : undefined), value]
        .filter((part) => part !== undefined)
        .join(' '),
    );
    return [`${dashboard}: ${panel} ${refId}`, texts] as const;
  });
  return Object.fromEntries(await Promise.all(shown));
}
