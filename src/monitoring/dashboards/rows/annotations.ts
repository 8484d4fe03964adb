import type { AnnotationQuery } from '@grafana/grafana-foundation-sdk/dashboard';
import { type RowTarget, rowTarget, storeSource } from '../panel.ts';
import { chosen, inRange, key } from './select.ts';

/** The query is in `target`; the type of the SDK has only that of Grafana's own annotations. */
export interface RowAnnotation extends Omit<AnnotationQuery, 'target'> {
  readonly target: RowTarget;
}

const version = `deployment || ' ' || version`;

/** A rollout from its first start to its last end, and rollbacks, which are off at first as on the other dashboards. */
export function rowAnnotations(): AnnotationQuery[] {
  return [
    annotation({
      name: 'Rollouts',
      enable: true,
      iconColor: 'blue',
      sql: `${inRange(`min(deployment_started_at) AS "time", max(deployment_completed_at) AS timeend,
    ${version} || ', hosts: ' || CAST(count(DISTINCT instance) AS text) AS text, environment AS tags`)}
  GROUP BY deployment, environment, version
  ORDER BY 1`,
    }),
    annotation({
      name: 'Rollbacks',
      enable: false,
      iconColor: 'orange',
      sql: `SELECT r.at AS "time", 'Rollback of ' || ${version} || ' on ' || instance || coalesce(': ' || r.reason, '') AS text,
    environment AS tags
  FROM (SELECT ${key}, at, reason FROM deploytrack.rollbacks WHERE $__timeFilter(at)) AS r
  JOIN deploytrack.deployment_metrics AS d USING (${key})
  WHERE ${chosen}
  ORDER BY 1`,
    }),
  ];
}

function annotation({
  sql,
  ...said
}: Pick<AnnotationQuery, 'name' | 'enable' | 'iconColor'> & { sql: string }): AnnotationQuery {
  const made: RowAnnotation = {
    ...said,
    hide: false,
    datasource: storeSource,
    target: rowTarget({ sql, kind: 'table' }, 'Anno'),
  };
  return made as unknown as AnnotationQuery;
}
