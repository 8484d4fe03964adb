import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DashboardJson, PanelJson } from '../../../scripts/dashboards/dashboard.ts';
import { panelQueries } from '../../../scripts/dashboards/panelQueries.ts';
import { dashboardsIn } from '../../../scripts/dashboards/shippedDashboards.ts';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
export const folder = join(root, 'examples/monitoring/grafana/dashboards');
export const dashboards = dashboardsIn(folder);
export const queries = panelQueries(dashboards);
/** Those on the rows of the central store. */
export const rowDashboards = dashboardsIn(join(root, 'examples/monitoring/grafana/store/dashboards'));

export interface Placed {
  readonly dashboard: string;
  readonly json: DashboardJson;
  readonly panel: PanelJson;
  readonly title: string;
}

/** Every panel except the headings of rows. */
export const panels = placed(dashboards);
export const rowPanels = placed(rowDashboards);
/** Panels with queries. */
export const asking = panels.filter(({ panel }) => panel.type !== 'text');

function placed(boards: Readonly<Record<string, DashboardJson>>): readonly Placed[] {
  return Object.entries(boards).flatMap(([dashboard, json]) =>
    json.panels
      .filter(({ type }) => type !== 'row')
      .map((panel) => ({ dashboard, json, panel, title: panel.title })),
  );
}
