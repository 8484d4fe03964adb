import type { DashboardJson } from './dashboard.ts';

/** One expression of a dashboard as in the JSON, before variables are substituted. */
export interface PanelQuery {
  readonly dashboard: string;
  /** The panel's title; for a variable or an annotation its name. */
  readonly panel: string;
  readonly refId: string;
  readonly of: 'panel' | 'variable' | 'annotation';
  readonly kind: 'instant' | 'range';
  /** Of a variable: `label_values(…)` or `query_result(…)`. */
  readonly expr: string;
  /** The panel looks back this far, whatever time range is selected: `7d`. */
  readonly timeFrom?: string;
}

/** Every expression of every panel, variable and annotation. */
export function panelQueries(dashboards: Readonly<Record<string, DashboardJson>>): PanelQuery[] {
  return Object.entries(dashboards).flatMap(([dashboard, json]) => [
    ...ofVariables(dashboard, json),
    ...ofAnnotations(dashboard, json),
    ...ofPanels(dashboard, json),
  ]);
}

function ofVariables(dashboard: string, { templating }: DashboardJson): PanelQuery[] {
  return templating.list.flatMap(({ name, type, query }) =>
    type !== 'query' || typeof query === 'string'
      ? []
      : [
          {
            dashboard,
            panel: name,
            refId: query.refId,
            of: 'variable' as const,
            kind: 'instant' as const,
            expr: query.query,
          },
        ],
  );
}

function ofAnnotations(dashboard: string, { annotations }: DashboardJson): PanelQuery[] {
  return annotations.list.map(({ name, expr }) => ({
    dashboard,
    panel: name,
    refId: 'Anno',
    of: 'annotation',
    kind: 'range',
    expr,
  }));
}

function ofPanels(dashboard: string, { panels }: DashboardJson): PanelQuery[] {
  return panels.flatMap(({ title, targets = [], timeFrom }) =>
    targets.map(({ refId, expr, range }) => ({
      dashboard,
      panel: title,
      refId,
      of: 'panel' as const,
      kind: range ? ('range' as const) : ('instant' as const),
      expr,
      ...(timeFrom === undefined ? {} : { timeFrom }),
    })),
  );
}
