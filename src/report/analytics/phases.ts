import type { PhaseTimes } from '../../ledger/analytics/phaseTimes.ts';
import { roundMicro } from '../../model.ts';
import { formatChange, formatSeconds, formatShare } from '../../text/figures.ts';
import { errorWords } from '../stats/errorWords.ts';
import type { Cell, Column } from '../terminal/tableColumn.ts';
import type { View } from '../terminal/view.ts';
import { shortened } from '../terminal/width.ts';
import type { Analytics } from './analytics.ts';

/** From here on a phase is slower than before: at least 1.5 times as long and at least one second. */
const slowerBy = { ratio: 1.5, seconds: 1 };

/** `stats --phases`: the duration of each phase, the longest one with advice, and the phases that became slower. */
export function phaseAnalytics(phases: readonly PhaseTimes[]): Analytics {
  return {
    shown: (view) => ({ columns: columnsOf(phases), notes: notesOf(phases, view) }),
    json: {
      phases: phases.map(recordOf),
      bottleneck: bottleneckOf(phases)?.stage ?? null,
      advice: phaseAdvice(bottleneckOf(phases)?.stage ?? ''),
      quantile_error: errorOf(phases),
    },
    csv: {
      header: Object.keys(recordOf(nothing)),
      records: phases.map((phase) => Object.values(recordOf(phase))),
    },
  };
}

const nothing: PhaseTimes = {
  stage: '',
  deployments: 0,
  failed: 0,
  medianSeconds: null,
  p95Seconds: null,
  share: null,
  lately: null,
  quantileError: null,
};

function recordOf({ stage, deployments, failed, medianSeconds, p95Seconds, share, lately }: PhaseTimes) {
  return {
    stage,
    deployments,
    failed,
    median_duration: medianSeconds,
    p95_duration: p95Seconds,
    share: share === null ? null : roundMicro(share),
    lately: lately?.medianSeconds ?? null,
    before: lately?.beforeSeconds ?? null,
  };
}

function errorOf(phases: readonly PhaseTimes[]): number | null {
  return phases.find(({ quantileError }) => quantileError !== null)?.quantileError ?? null;
}

function bottleneckOf(phases: readonly PhaseTimes[]): PhaseTimes | undefined {
  return phases.find(({ share }) => share !== null && share > 0);
}

function columnsOf(phases: readonly PhaseTimes[]): Column[] {
  const cells = (cell: (phase: PhaseTimes) => Cell): Cell[] => phases.map(cell);
  return [
    { title: 'PHASE', rank: 1, least: 12, cells: cells(({ stage }) => ({ text: stage })) },
    {
      title: 'RUNS',
      rank: 7,
      align: 'right',
      cells: cells(({ deployments, failed }) => ({ text: String(deployments + failed) })),
    },
    {
      title: 'FAILED',
      rank: 4,
      align: 'right',
      cells: cells(({ failed }) => ({ text: String(failed), style: failed > 0 ? 'bad' : 'dim' })),
    },
    {
      title: 'MEDIAN',
      rank: 2,
      align: 'right',
      cells: cells((one) => ({ text: formatSeconds(one.medianSeconds) })),
    },
    {
      title: 'P95',
      rank: 5,
      align: 'right',
      cells: cells((one) => ({ text: formatSeconds(one.p95Seconds) })),
    },
    {
      title: 'SHARE',
      rank: 3,
      align: 'right',
      cells: cells(({ share }) => ({ text: share === null ? '' : formatShare(share) })),
    },
    { title: 'LATELY', rank: 6, align: 'right', cells: cells(latelyCell) },
  ];
}

/** The last five runs compared with the twenty before them: `+85%`. */
function latelyCell(phase: PhaseTimes): Cell {
  const { lately } = phase;
  const change = lately === null ? null : formatChange(lately.medianSeconds, lately.beforeSeconds);
  return { text: change ?? '', style: isSlower(phase) ? 'warn' : undefined };
}

function isSlower({ lately }: PhaseTimes): boolean {
  if (lately === null) return false;
  const { medianSeconds, beforeSeconds } = lately;
  return medianSeconds >= slowerBy.ratio * beforeSeconds && medianSeconds - beforeSeconds >= slowerBy.seconds;
}

function notesOf(phases: readonly PhaseTimes[], view: View): string[] {
  const worst = bottleneckOf(phases);
  if (worst === undefined) return [];
  const advice = phaseAdvice(worst.stage);
  const slower = phases.filter(isSlower).map(({ stage, lately }) => {
    const [now, then] = [lately?.medianSeconds ?? null, lately?.beforeSeconds ?? null].map(formatSeconds);
    return `slower: ${stage}, ${now} in the last five deployments, ${then} before`;
  });
  const share = worst.share ?? 0;
  const outside = 1 - phases.reduce((sum, one) => sum + (one.share ?? 0), 0);
  const unmarked = outside > share ? [`outside of phases: ${formatShare(outside)} of the total time`] : [];
  const bottleneck = `bottleneck: ${worst.stage}, ${formatShare(share)} of the total time`;
  const error = errorWords(errorOf(phases), 'median and p95 are');
  return [...unmarked, bottleneck, ...(advice === null ? [] : [`  ${advice}`]), ...slower, ...error].map(
    (line) => shortened(line, { ...view, most: view.width }),
  );
}

/** Advice for the phase that takes most of the time; null for phases with names of the user. */
function phaseAdvice(stage: string): string | null {
  return advice[stage] ?? null;
}

const advice: Readonly<Record<string, string>> = {
  venv_rebuild: 'cache dependencies, and rebuild only if their lock file has changed',
  migration: 'check the migrations for locks, missing indexes and rewritten rows',
  cutover: 'check how long the service takes to start and to stop',
  health_check: 'check how long the service takes to start',
};
