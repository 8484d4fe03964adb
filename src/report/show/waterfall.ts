import { coveredSeconds } from '../../ledger/marks/intervals.ts';
import type { DeploymentDetail } from '../../ledger/read/detail.ts';
import type { PhaseComparison } from '../../ledger/read/phaseComparison.ts';
import type { StageRun } from '../../ledger/read/stages.ts';
import { formatSeconds } from '../../text/figures.ts';
import { usualCell, verdictCell } from '../stats/phaseComparison.ts';
import { phaseNotes } from '../stats/phaseNotes.ts';
import { statusGlyph, statusStyle } from '../terminal/status.ts';
import { table } from '../terminal/table.ts';
import type { Cell, Column } from '../terminal/tableColumn.ts';
import { glyphsOf, type View } from '../terminal/view.ts';
import { type Scale, timeBar } from './timeBar.ts';

/**
 * The phases of a deployment ordered by start, each with a bar on the deployment's time scale and, if there are five runs to
 * compare with, its usual duration. Empty if there are no phases.
 */
export function waterfall(detail: DeploymentDetail, view: View): string[] {
  const { stages } = detail;
  if (stages.length === 0) return [];
  const scale = scaleOf(detail, view);
  const comparisons = new Map(detail.comparisons.map((one) => [one.runId, one]));
  const cells = (cell: (run: StageRun) => Cell): Cell[] => stages.map(cell);
  const columns: Column[] = [
    { title: 'PHASE', rank: 1, least: 12, cells: cells((run) => nameCell(run, { detail, view })) },
    { title: 'TIME', rank: 2, align: 'right', cells: cells((run) => timeCell(run, scale)) },
    {
      title: scaleTitle(scale),
      rank: 3,
      most: scale.columns,
      cells: cells((run) => barCell(run, { scale, view })),
    },
    { title: 'USUALLY', rank: 5, cells: cells((run) => timesCell(comparisons.get(run.runId))) },
    { title: '', rank: 4, cells: cells((run) => judgedCell(comparisons.get(run.runId))) },
    { title: 'NOTES', rank: 6, most: 60, least: 12, cells: cells((run) => ({ text: phaseNotes(run) })) },
  ];
  // Columns without any text are left out, in a pipe too.
  const shown = columns.filter((column) => column.cells.some((cell) => cell.text !== ''));
  return [...table(shown, view), ...untimed(detail, { scale, view })];
}

const columnsBeside = 50;

function scaleOf({ deployment, stages }: DeploymentDetail, view: View): Scale {
  const startMs = Date.parse(deployment.startedAt);
  const running = deployment.status === 'in-progress';
  const ends = stages.map((run) => (Date.parse(run.startedAt) - startMs) / 1000 + (run.durationSeconds ?? 0));
  const elapsed = running ? (view.nowMs - startMs) / 1000 : 0;
  return {
    startMs,
    seconds: deployment.totalSeconds ?? Math.max(elapsed, ...ends.filter(Number.isFinite)),
    nowMs: running ? view.nowMs : null,
    columns: Math.min(60, Math.max(12, (view.width ?? 100) - columnsBeside)),
  };
}

function scaleTitle({ seconds, columns }: Scale): string {
  const end = formatSeconds(seconds);
  return `0s${end.padStart(columns - 2)}`;
}

function nameCell(run: StageRun, { detail, view }: { detail: DeploymentDetail; view: View }): Cell {
  const name = runName(run, detail.deployment.service);
  return { text: `${statusGlyph(run.status, glyphsOf(view))} ${name}`, style: statusStyle(run.status) };
}

/** The phase of a run, with its service if that is not the deployment's own. */
export function runName(run: Pick<StageRun, 'service' | 'stage'>, own: string | null): string {
  return own === null || run.service === own ? run.stage : `${run.service}/${run.stage}`;
}

function timeCell(run: StageRun, scale: Scale): Cell {
  if (run.durationSeconds !== null) return { text: formatSeconds(run.durationSeconds) };
  if (scale.nowMs === null) return { text: '' };
  return {
    text: formatSeconds(Math.max(0, (scale.nowMs - Date.parse(run.startedAt)) / 1000)),
    style: 'running',
  };
}

function barCell(run: StageRun, { scale, view }: { scale: Scale; view: View }): Cell {
  return { text: timeBar(run, { scale, glyphs: glyphsOf(view) }), style: statusStyle(run.status) };
}

function timesCell(comparison: PhaseComparison | undefined): Cell {
  if (comparison === undefined || comparison.medianSeconds === null) return { text: '' };
  const p95 = formatSeconds(comparison.p95Seconds);
  const short = formatSeconds(comparison.medianSeconds);
  return { text: `${usualCell(comparison).text}, p95 ${p95}`, short, style: 'dim' };
}

function judgedCell(comparison: PhaseComparison | undefined): Cell {
  return comparison === undefined ? { text: '' } : verdictCell(comparison);
}

/** The time outside of phases, if it is at least a hundredth of the total. */
function untimed(
  { deployment, stages }: DeploymentDetail,
  { scale, view }: { scale: Scale; view: View },
): string[] {
  if (deployment.totalSeconds === null) return [];
  const intervals = stages.map((run) => {
    const from = (Date.parse(run.startedAt) - scale.startMs) / 1000;
    return { from: Math.max(0, from), to: Math.min(scale.seconds, from + (run.durationSeconds ?? 0)) };
  });
  const left = deployment.totalSeconds - coveredSeconds(intervals.filter(({ from, to }) => to > from));
  if (left < deployment.totalSeconds / 100) return [];
  return [view.paint('dim', `outside of phases: ${formatSeconds(left)}`)];
}
