import type { LedgerWorld } from '../../../ledger/ledgerWorld.ts';

/** What a dashboard selects; null: all. */
export interface Selection {
  readonly deployment: readonly string[] | null;
  readonly environment: readonly string[] | null;
  readonly instance: readonly string[] | null;
  readonly from: Date;
  readonly to: Date;
}

type Row = Readonly<Record<string, string | number | null>>;
type Rows = readonly Row[];

/** The rows of all ledgers, read by no more than `SELECT *`. */
export interface FleetRows {
  readonly deployments: Rows;
  readonly stages: Rows;
  readonly smokeTests: Rows;
  readonly verifications: Rows;
  readonly rollbacks: Rows;
}

export function fleetRows(worlds: readonly LedgerWorld[]): FleetRows {
  const all = (table: string): Rows =>
    worlds.flatMap((world, at) =>
      world.rows(`SELECT * FROM ${table}`).map((row) => ({ ...row, ledger: at })),
    );
  return {
    deployments: all('deployment_metrics'),
    stages: all('deployment_stages'),
    smokeTests: all('smoke_tests'),
    verifications: all('health_verifications'),
    rollbacks: all('rollbacks'),
  };
}

const text = (value: unknown) => String(value ?? '');
const seconds = (value: unknown) => Date.parse(text(value)) / 1000;
const keyOf = (row: Row) => `${row.ledger} ${row.deployment_id}`;
const hasFailed = (row: Row) => row.deployment_status === 'failed';
const isOpen = (row: Row) => row.deployment_status === 'in-progress';
const hasEndedWell = (row: Row) => !hasFailed(row) && !isOpen(row);
const decides = (row: Row) => row.judged !== 'no' && row.of_rollback === 0 && row.late === 0;

/** Groups in the order of their first row. */
function grouped(rows: Rows, of: (row: Row) => string): Rows[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(of(row), [...(groups.get(of(row)) ?? []), row]);
  return [...groups.values()];
}

/** Compares by each of these in turn. */
function by<One>(...of: ((one: One) => string | number)[]): (a: One, b: One) => number {
  return (a, b) => {
    for (const one of of) {
      const [left, right] = [one(a), one(b)];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };
}

const unique = (rows: Rows, of: (row: Row) => unknown) => new Set(rows.map(of)).size;
/** The nearest rank, as everywhere in the product. */
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? Number.NaN;
const rolloutOf = (row: Row) => `${row.deployment} ${row.environment} ${row.version}`;

/** What the panels must show, computed from the rows of the ledgers in another way. */
export function panelFacts(rows: FleetRows, selection: Selection) {
  const isChosen = (row: Row) =>
    (['deployment', 'environment', 'instance'] as const).every(
      (name) => selection[name]?.includes(text(row[name])) ?? true,
    );
  const isIn = (time: unknown) => {
    const at = Date.parse(text(time));
    return at >= selection.from.getTime() && at <= selection.to.getTime();
  };
  const each = rows.deployments.filter(
    (row) => isChosen(row) && isIn(row.deployment_started_at) && row.discarded === 0 && row.fragment === 0,
  );
  const ofKey = new Map(rows.deployments.map((row) => [keyOf(row), row]));
  const shown = new Map(each.map((row) => [keyOf(row), row]));
  /** Rows of another table with the deployment of each. */
  const joined = (others: Rows) =>
    others.flatMap((row) => {
      const deployment = shown.get(keyOf(row));
      return deployment === undefined ? [] : [{ row, deployment }];
    });
  const rolledBack = new Set(rows.rollbacks.filter(({ success }) => success === 1).map(keyOf));
  const ended = each.filter((row) => !isOpen(row));
  const goodRuns = joined(rows.stages).filter(
    ({ row }) =>
      row.status === 'success' && row.duration_seconds !== null && row.of_rollback === 0 && row.late === 0,
  );

  return {
    'Success rate A': () => [
      { 'Success rate': ended.length === 0 ? null : ended.filter(hasEndedWell).length / ended.length },
    ],
    'Success rate B': () => [{ Deployments: ended.length }],
    'Failed deployments A': () => [{ Failed: each.filter(hasFailed).length }],
    'Rollbacks A': () => [
      {
        Rollbacks: rows.rollbacks.filter(
          (row) => row.success === 1 && isIn(row.at) && isChosen(ofKey.get(keyOf(row)) ?? {}),
        ).length,
      },
    ],
    'Hosts A': () => [{ Hosts: unique(each, (row) => row.instance) }],
    'Deployments over time A': (step: number) =>
      grouped(
        each,
        (row) => `${Math.floor(seconds(row.deployment_started_at) / step)} ${row.deployment_status}`,
      )
        .map((group) => ({
          seconds: Math.floor(seconds(group[0]?.deployment_started_at) / step) * step,
          series: text(group[0]?.deployment_status),
          value: group.length,
        }))
        .sort(
          by(
            (one) => one.seconds,
            (one) => one.series,
          ),
        ),
    'Rollouts over time A': (step: number) => progress(each, step),
    'Rollouts A': () => rolloutsOf(each, rolledBack),
    'Deployments A': () =>
      each
        .toSorted(by((row) => -seconds(row.deployment_started_at)))
        .slice(0, 500)
        .map((row) => {
          const failed = rows.stages.filter(
            (one) => keyOf(one) === keyOf(row) && one.status === 'failed' && decides(one),
          );
          const words = failed.map((one) => `${one.stage}: ${one.error_message}`);
          return {
            deployment_started_at: row.deployment_started_at,
            deployment_status: row.deployment_status,
            rollback: rolledBack.has(keyOf(row)) ? 'rolled back' : null,
            instance: row.instance,
            deployment: row.deployment,
            environment: row.environment,
            version: row.version,
            total_duration: row.total_duration,
            downtime_duration: row.downtime_duration,
            error_message: row.error_message,
            failed_phases: words.length === 0 ? null : words.join('; '),
            deployment_id: row.deployment_id,
            url: row.url,
            page: `https://deploys.example/#/d/${row.deployment_id}`,
          };
        }),
    'Errors A': () => {
      const failures = [
        ...joined(rows.stages)
          .filter(({ row }) => row.status === 'failed' && decides(row))
          .map(({ row, deployment }) => ({
            ...deployment,
            step: text(row.stage),
            error: text(row.error_message),
          })),
        ...joined(rows.smokeTests)
          .filter(({ row }) => row.status === 'failure' && decides(row))
          .map(({ row, deployment }) => ({
            ...deployment,
            step: `smoke test ${row.test_name}`,
            error: text(row.error_message),
          })),
        ...joined(rows.verifications)
          .filter(({ row }) => row.success === 0 && decides(row))
          .map(({ row, deployment }) => ({
            ...deployment,
            step: `health check ${row.check_type}`,
            error: text(row.error_message),
          })),
      ];
      return grouped(failures, (row) => `${row.step} ${row.error}`)
        .map((group) => {
          const starts = group.map((row) => text(row.deployment_started_at)).sort();
          return {
            step: text(group[0]?.step),
            error: text(group[0]?.error),
            deployments: unique(group, keyOf),
            hosts: unique(group, (row) => row.instance),
            versions: unique(group, (row) => row.version),
            first_seen: starts[0],
            last_seen: starts.at(-1),
            for_example: group.map((row) => text(row.instance)).sort()[0],
          };
        })
        .sort(
          by(
            (one) => -one.deployments,
            (one) => one.step,
            (one) => one.error,
          ),
        );
    },
    'Slowest phases by host A': () => {
      const runs = goodRuns.map(({ row, deployment }) => ({
        stage: text(row.stage),
        instance: text(deployment.instance),
        took: Number(row.duration_seconds),
      }));
      return Object.values(Object.groupBy(runs, ({ stage, instance }) => `${stage} ${instance}`))
        .flatMap((own = []) => {
          const [{ stage, instance } = { stage: '', instance: '' }] = own;
          const median_of_all = median(runs.filter((one) => one.stage === stage).map(({ took }) => took));
          const of = median(own.map(({ took }) => took));
          return [
            {
              stage,
              instance,
              runs: own.length,
              median: of,
              median_of_all,
              factor: of / median_of_all,
              longest: Math.max(...own.map(({ took }) => took)),
            },
          ];
        })
        .sort(
          by(
            (one) => -one.median,
            (one) => one.stage,
            (one) => one.instance,
          ),
        );
    },
    'Phases over time A': (step: number) => {
      const runs = goodRuns.map(({ row, deployment }) => ({
        series: text(row.stage),
        seconds: Math.floor(seconds(deployment.deployment_started_at) / step) * step,
        took: Number(row.duration_seconds),
      }));
      return Object.values(Object.groupBy(runs, (one) => `${one.seconds} ${one.series}`))
        .map((own = []) => ({
          seconds: own[0]?.seconds ?? Number.NaN,
          series: own[0]?.series ?? '',
          value: own.reduce((sum, { took }) => sum + took, 0) / own.length,
        }))
        .sort(
          by(
            (one) => one.seconds,
            (one) => one.series,
          ),
        );
    },
  };
}

/** Hosts by the first end of a deployment that did not fail, added up. */
function progress(each: Rows, step: number) {
  const newest = grouped(each, rolloutOf)
    .map((group) => ({ group, began: Math.min(...group.map((row) => seconds(row.deployment_started_at))) }))
    .sort(
      by(
        (one) => -one.began,
        ({ group }) => rolloutOf(group[0] ?? {}),
      ),
    )
    .slice(0, 20);
  return newest
    .flatMap(({ group }) => {
      const ends = grouped(group.filter(hasEndedWell), (row) => text(row.instance)).map((own) => {
        const first = Math.min(...own.map((row) => seconds(row.deployment_completed_at)));
        return Math.floor(first / step) * step;
      });
      const series = `${group[0]?.deployment} ${group[0]?.version} ${group[0]?.environment}`;
      return [...new Set(ends)].map((at) => ({
        seconds: at,
        series,
        value: ends.filter((end) => end <= at).length,
      }));
    })
    .sort(
      by(
        (one) => one.seconds,
        (one) => one.series,
      ),
    );
}

function rolloutsOf(each: Rows, rolledBack: ReadonlySet<string>) {
  return grouped(each, rolloutOf)
    .map((group) => {
      const [first = {}] = group;
      const starts = group.map((row) => text(row.deployment_started_at)).sort();
      const ends = group.flatMap(({ deployment_completed_at: at }) => (at === null ? [] : [text(at)])).sort();
      const newest = grouped(group.toSorted(by((row) => -seconds(row.deployment_started_at))), (row) =>
        text(row.instance),
      ).map(([row = {}]) => row);
      const [slow] = group
        .filter((row) => row.total_duration !== null)
        .toSorted(
          by(
            (row) => -Number(row.total_duration),
            (row) => text(row.instance),
          ),
        );
      return {
        began: text(starts[0]),
        deployment: text(first.deployment),
        environment: text(first.environment),
        version: text(first.version),
        hosts: newest.length,
        done: newest.filter(hasEndedWell).length,
        failed: newest.filter(hasFailed).length,
        running: newest.filter(isOpen).length,
        rolled_back: group.filter((row) => rolledBack.has(keyOf(row))).length,
        attempts: group.length,
        seconds: ends.length === 0 ? null : seconds(ends.at(-1)) - seconds(starts[0]),
        slowest: slow === undefined ? null : slow.instance,
        slowest_took: slow === undefined ? null : slow.total_duration,
      };
    })
    .sort(
      by(
        (one) => -Date.parse(one.began),
        (one) => one.deployment,
        (one) => one.environment,
      ),
    );
}
