import type { LevelChange, Regression, Regressions } from '../../ledger/analytics/regressions.ts';
import { formatSeconds } from '../../text/figures.ts';
import { verdictJson } from '../stats/phaseComparison.ts';
import type { Cell, Column } from '../terminal/tableColumn.ts';
import type { Analytics } from './analytics.ts';

/** `stats --regressions`: the phases that became slower, and since which version. */
export function regressionAnalytics({ regressions, judged }: Regressions): Analytics {
  return {
    shown: () => ({
      ...(regressions.length === 0 ? {} : { columns: columnsOf(regressions) }),
      notes: notesOf({ regressions, judged }),
    }),
    json: { judged, regressions: regressions.map(jsonOf) },
    csv: {
      header: [
        ...[
          'deployment',
          'environment',
          'service',
          'stage',
          'duration',
          'median',
          'usual_high',
          'slower_runs',
        ],
        ...['before', 'after', 'until_version', 'since_version', 'since'],
      ],
      records: regressions.map(recordOf),
    },
  };
}

/** `median`, `usual_low` and `usual_high` are of the 20 runs before that one. */
function jsonOf(one: Regression) {
  const { since } = one;
  return {
    deployment: one.deployment,
    environment: one.environment,
    service: one.service,
    stage: one.stage,
    duration: one.durationSeconds,
    median: one.medianSeconds,
    ...verdictJson(one.verdict),
    slower_runs: one.slowerRuns,
    change:
      since === null
        ? null
        : {
            before: since.beforeSeconds,
            after: since.afterSeconds,
            until_version: since.until,
            since_version: since.version,
            since: since.startedAt,
          },
  };
}

function recordOf(one: Regression) {
  const { verdict, since } = one;
  return [
    ...[one.deployment, one.environment, one.service, one.stage, one.durationSeconds, one.medianSeconds],
    ...[verdictJson(verdict).usual_high, one.slowerRuns, since?.beforeSeconds ?? null],
    ...[since?.afterSeconds ?? null, since?.until ?? null, since?.version ?? null, since?.startedAt ?? null],
  ];
}

function columnsOf(regressions: readonly Regression[]): Column[] {
  const cells = (cell: (one: Regression) => Cell): Cell[] => regressions.map(cell);
  return [
    { title: 'PHASE', rank: 1, least: 12, cells: cells((one) => ({ text: nameOf(one) })) },
    { title: 'DEPLOYMENT', rank: 5, cells: cells((one) => ({ text: one.deployment })) },
    { title: 'ENVIRONMENT', rank: 6, cells: cells((one) => ({ text: one.environment })) },
    { title: 'TIME', rank: 2, align: 'right', cells: cells((one) => seconds(one.durationSeconds)) },
    { title: 'USUALLY', rank: 3, align: 'right', cells: cells((one) => seconds(one.medianSeconds)) },
    {
      title: 'SLOWER',
      rank: 4,
      cells: cells((one) => ({ text: `${one.slowerRuns} of the last 3`, style: 'warn' })),
    },
  ];
}

function seconds(value: number | null): Cell {
  return { text: formatSeconds(value) };
}

function nameOf({ deployment, service, stage }: Regression): string {
  return service === deployment ? stage : `${service}/${stage}`;
}

function notesOf({ regressions, judged }: Regressions): string[] {
  if (regressions.length > 0)
    return regressions.flatMap((one) => (one.since === null ? [] : [changeLine(one, one.since)]));
  if (judged === 0) return ['no phase has five runs to compare with'];
  return [`no phase is slower than usual; ${judged} judged`];
}

/** `migration: 12.0s until 2.40.3, 31.0s since 2.41.0` */
function changeLine(one: Regression, { beforeSeconds, afterSeconds, until, version }: LevelChange): string {
  const sides = [`${formatSeconds(beforeSeconds)} until ${until}`, `${formatSeconds(afterSeconds)} since`];
  return `${nameOf(one)}: ${sides.join(', ')}${version === until ? '' : ` ${version}`}`;
}
