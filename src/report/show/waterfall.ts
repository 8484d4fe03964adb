import { coveredSeconds } from '../../ledger/marks/intervals.ts';
import type { DeploymentDetail } from '../../ledger/read/detail.ts';
import { formatSeconds } from '../../text/figures.ts';
import { failureOf } from '../failure.ts';
import { phaseReason, phaseTraits } from '../stats/phaseNotes.ts';
import { table } from '../terminal/table.ts';
import { glyphsOf, type View } from '../terminal/view.ts';
import { cutInMiddle } from '../terminal/width.ts';
import { wrapLines } from '../terminal/wrap.ts';
import type { Scale } from './timeBar.ts';
import { barColumn, columnsOf, type Form, fullForm, narrowForms, widthOf } from './waterfallColumns.ts';

/** Names are cut only if the bars would be shorter than this. */
const leastBars = 20;
const mostBars = 60;
const barsInPipe = 50;
/** Below these the table drops columns. */
const fewestBars = 8;

/**
 * The phases of a deployment ordered by start, each with a bar on the deployment's time scale and, if there are five runs to
 * compare with, its usual duration. Empty if there are no phases. On a terminal the reason of a failure is below its phase,
 * unless the head has it, and a narrow one has less next to the bars, so that names and reasons stay whole.
 */
export function waterfall(detail: DeploymentDetail, view: View): string[] {
  if (detail.stages.length === 0) return [];
  const scale = scaleOf(detail, view);
  const { form, bars, name } = layoutOf(detail, { scale, view });
  const [names, time, ...others] = columnsOf(detail, { form, scale, view });
  const { ellipsis } = glyphsOf(view);
  const cut = (text: string) => (name === null ? text : cutInMiddle(text, { width: name, ellipsis }));
  const lines = table(
    [
      { ...names, cells: names.cells.map((cell) => ({ ...cell, text: cut(cell.text) })) },
      time,
      barColumn(detail.stages, { scale: { ...scale, columns: bars }, view }),
      ...others,
    ],
    view,
  );
  return [...withNotes(lines, { detail, form, view }), ...untimed(detail, { scale, view })];
}

interface Layout {
  readonly form: Form;
  /** Columns of the bars. */
  readonly bars: number;
  /** The width that names are cut to; null if they are not. */
  readonly name: number | null;
}

function layoutOf(
  detail: DeploymentDetail,
  { scale, view }: { scale: Omit<Scale, 'columns'>; view: View },
): Layout {
  const { width } = view;
  if (width === undefined) return { form: fullForm, bars: barsInPipe, name: null };
  const roomOf = (form: Form) => width - widthOf(columnsOf(detail, { form, scale, view })) - 2;
  const form =
    [fullForm, ...narrowForms].find((one) => roomOf(one) >= leastBars) ?? narrowForms.at(-1) ?? fullForm;
  const room = roomOf(form);
  if (room >= leastBars) return { form, bars: Math.min(mostBars, room), name: null };
  const [names] = columnsOf(detail, { form, scale, view });
  const name = Math.max(12, widthOf([names]) - (leastBars - room));
  const left = room + widthOf([names]) - name;
  return { form, bars: Math.max(fewestBars, Math.min(leastBars, left)), name };
}

/** The lines of the table, each followed by the reason of its phase, and by its notes if they are not next to the bars. */
function withNotes(
  [header = '', ...rows]: readonly string[],
  { detail, form, view }: { detail: DeploymentDetail; form: Form; view: View },
): string[] {
  if (view.width === undefined) return [header, ...rows];
  const known = failureOf(detail)?.why;
  const below = detail.stages.map((run) => {
    const reason = phaseReason(run);
    const notes = [reason === known ? null : reason, form.notes ? null : phaseTraits(run)];
    return notes.filter((note) => note !== null && note !== '').join(', ');
  });
  return [
    header,
    ...rows.flatMap((row, index) => [
      row,
      ...wrapLines(below[index] ?? '', { ...view, indent: 4 })
        .filter((line) => line !== '')
        .map((line) => view.paint('dim', line)),
    ]),
  ];
}

function scaleOf({ deployment, stages }: DeploymentDetail, view: View): Omit<Scale, 'columns'> {
  const startMs = Date.parse(deployment.startedAt);
  const running = deployment.status === 'in-progress';
  const ends = stages.map((run) => (Date.parse(run.startedAt) - startMs) / 1000 + (run.durationSeconds ?? 0));
  const elapsed = running ? (view.nowMs - startMs) / 1000 : 0;
  return {
    startMs,
    seconds: deployment.totalSeconds ?? Math.max(elapsed, ...ends.filter(Number.isFinite)),
    nowMs: running ? view.nowMs : null,
  };
}

/** The time outside of phases, if it is at least a hundredth of the total. */
function untimed(
  { deployment, stages }: DeploymentDetail,
  { scale, view }: { scale: Omit<Scale, 'columns'>; view: View },
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
