import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { panelQueries } from '../../../scripts/dashboards/panelQueries.ts';
import { dashboardsIn } from '../../../scripts/dashboards/shippedDashboards.ts';
import { alertExpectations } from './alertExpectations.ts';
import type { Expectation } from './expectation.ts';
import { panelExpectations } from './panelExpectations.ts';
import { asWritten, userExpectations } from './userExpectations.ts';
import { userQueries } from './userQueries.ts';

/** One expression that must agree with the ledger for all values of its variables. */
export interface Check {
  readonly id: string;
  /** For display: a query, the group of an alert, or the part of a dashboard. */
  readonly what: string;
  readonly expr: string;
  readonly expectation: Expectation;
  readonly rangeSeconds?: number;
  /** Drawn over time. */
  readonly isRange?: true;
  /** An alert that has a `for`. */
  readonly waits?: true;
}

interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
}

/**
 * Every query of the documents, in the nearest valid form and, if it is valid but means something else, as
 * written.
 */
export function userChecks(root: string): Check[] {
  return userQueries(root).flatMap(({ id, written, isValid, expr }) => {
    const checks = [{ id, what: 'query', expr, expectation: expected(userExpectations, id) }];
    if (!isValid || expr === written) return checks;
    return [
      ...checks,
      { id: `${id} as written`, what: 'query', expr: written, expectation: expected(asWritten, id) },
    ];
  });
}

/** Every alert's expression, without its `for`; the copies of drills are no statements about deployments. */
export function alertChecks(root: string): Check[] {
  const text = readFileSync(join(root, 'examples/monitoring/rules/alerts.yml'), 'utf8');
  const { groups } = parse(text) as { groups: { name: string; rules: AlertRule[] }[] };
  return groups
    .filter(({ name }) => name !== 'deploytrack-drills')
    .flatMap(({ name, rules }) =>
      rules.map(({ alert, expr, for: waiting }) => ({
        id: alert,
        what: name,
        expr,
        expectation: expected(alertExpectations, alert),
        ...(waiting === undefined ? {} : { waits: true as const }),
      })),
    );
}

/** Every expression of every panel, variable and annotation of the shipped dashboards. */
export function panelChecks(root: string): Check[] {
  const dashboards = dashboardsIn(join(root, 'examples/monitoring/grafana/dashboards'));
  return panelQueries(dashboards).map(({ dashboard, of, panel, refId, expr, kind, timeFrom }) => {
    const name = of === 'panel' ? `${panel} ${refId}` : panel;
    const from = timeFrom ?? dashboards[dashboard]?.time.from.replace('now-', '') ?? '';
    return {
      id: `${dashboard}: ${of === 'panel' ? name : `${of} ${name}`}`,
      what: of,
      expr,
      expectation: expected(panelExpectations[dashboard] ?? {}, name),
      rangeSeconds: seconds(from),
      ...(kind === 'range' ? { isRange: true as const } : {}),
    };
  });
}

function seconds(duration: string): number {
  const [, figure = '', unit = ''] = /^(\d+)([hd])$/.exec(duration) ?? [];
  if (figure === '') throw new Error(`no such duration: ${duration}`);
  return Number(figure) * (unit === 'd' ? 86400 : 3600);
}

function expected(all: Readonly<Record<string, Expectation>>, id: string): Expectation {
  const found = all[id];
  if (found === undefined) throw new Error(`nobody says what the ledger has for ${id}`);
  return found;
}
