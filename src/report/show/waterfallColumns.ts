import type { DeploymentDetail } from '../../ledger/read/detail.ts';
import type { PhaseComparison } from '../../ledger/read/phaseComparison.ts';
import type { StageRun } from '../../ledger/read/stages.ts';
import { formatSeconds } from '../../text/figures.ts';
import { usualCell, verdictCell } from '../stats/phaseComparison.ts';
import { phaseNotes, phaseTraits } from '../stats/phaseNotes.ts';
import { statusGlyph, statusStyle } from '../terminal/status.ts';
import type { Cell, Column } from '../terminal/tableColumn.ts';
import { glyphsOf, type View } from '../terminal/view.ts';
import { displayWidth, shortened } from '../terminal/width.ts';
import { type Scale, timeBar } from './timeBar.ts';

/** What stands next to the bars of a waterfall. */
export interface Form {
  readonly usual: 'text' | 'short' | null;
  readonly verdict: 'text' | 'short' | null;
  /** Otherwise notes are below their phase. */
  readonly notes: boolean;
}

export const fullForm: Form = { usual: 'text', verdict: 'text', notes: true };

/** From the widest to the narrowest. */
export const narrowForms: readonly Form[] = [
  { usual: 'short', verdict: 'text', notes: true },
  { usual: 'short', verdict: 'short', notes: true },
  { usual: 'short', verdict: 'short', notes: false },
  { usual: 'short', verdict: null, notes: false },
  { usual: null, verdict: null, notes: false },
];

/** Limits the cost of long names on a terminal. */
const mostName = 200;

/** All columns but the bars: name and time, then those that have a text. */
export function columnsOf(
  detail: DeploymentDetail,
  { form, scale, view }: { form: Form; scale: Omit<Scale, 'columns'>; view: View },
): [Column, Column, ...Column[]] {
  const { stages } = detail;
  const comparisons = new Map(detail.comparisons.map((one) => [one.runId, one]));
  const cells = (cell: (run: StageRun) => Cell): Cell[] => stages.map(cell);
  const most = view.width === undefined ? undefined : mostName;
  const isWhole = view.width === undefined;
  const others: Column[] = [
    { title: 'USUALLY', rank: 5, cells: cells((run) => usuallyCell(comparisons.get(run.runId), form.usual)) },
    { title: '', rank: 4, cells: cells((run) => judgedCell(comparisons.get(run.runId), form.verdict)) },
    {
      title: 'NOTES',
      rank: 6,
      most: mostName,
      cells: cells((run) => ({ text: isWhole ? phaseNotes(run) : form.notes ? phaseTraits(run) : '' })),
    },
  ];
  return [
    { title: 'PHASE', rank: 1, most: mostName, cells: cells((run) => nameCell(run, { detail, view, most })) },
    { title: 'TIME', rank: 2, align: 'right', cells: cells((run) => timeCell(run, scale)) },
    ...others.filter((column) => column.cells.some((cell) => cell.text !== '')),
  ];
}

/** The width of columns side by side, each with its title. */
export function widthOf(columns: readonly Column[]): number {
  const wide = (column: Column) =>
    Math.max(displayWidth(column.title), ...column.cells.map((cell) => displayWidth(cell.text)));
  return columns.reduce((sum, column) => sum + wide(column) + 2, -2);
}

export function barColumn(
  stages: readonly StageRun[],
  { scale, view }: { scale: Scale; view: View },
): Column {
  const end = formatSeconds(scale.seconds);
  return {
    title: `0s${end.padStart(scale.columns - 2)}`,
    rank: 3,
    most: scale.columns,
    cells: stages.map((run) => barCell(run, { scale, view })),
  };
}

function nameCell(
  run: StageRun,
  { detail, view, most }: { detail: DeploymentDetail; view: View; most: number | undefined },
): Cell {
  const name = runName(run, detail.deployment.service);
  const text = shortened(`${statusGlyph(run.status, glyphsOf(view))} ${name}`, { ...view, most });
  return { text, style: statusStyle(run.status) };
}

/** The phase of a run, with its service if that is not the deployment's own. */
export function runName(run: Pick<StageRun, 'service' | 'stage'>, own: string | null): string {
  return own === null || run.service === own ? run.stage : `${run.service}/${run.stage}`;
}

function timeCell(run: StageRun, scale: Omit<Scale, 'columns'>): Cell {
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

function usuallyCell(comparison: PhaseComparison | undefined, form: Form['usual']): Cell {
  if (form === null || comparison === undefined || comparison.medianSeconds === null) return { text: '' };
  if (form === 'short') return { text: formatSeconds(comparison.medianSeconds), style: 'dim' };
  const p95 = formatSeconds(comparison.p95Seconds);
  return { text: `${usualCell(comparison).text}, p95 ${p95}`, style: 'dim' };
}

function judgedCell(comparison: PhaseComparison | undefined, form: Form['verdict']): Cell {
  if (form === null || comparison === undefined) return { text: '' };
  const cell = verdictCell(comparison);
  return { text: form === 'text' ? cell.text : (cell.short ?? cell.text), style: cell.style };
}
