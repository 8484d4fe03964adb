import type { PhaseComparison } from '../../ledger/read/phaseComparison.ts';
import type { Json } from '../json.ts';
import { formatSeconds } from '../terminal/moment.ts';
import { table } from '../terminal/table.ts';
import type { Cell, Column } from '../terminal/tableColumn.ts';
import type { View } from '../terminal/view.ts';

/**
 * The phases in the output of `finish` on stderr: a line for each that has five runs to compare with. Ends with a newline;
 * empty if there is none.
 */
export function formatPhaseComparison(comparisons: readonly PhaseComparison[], view: View): string {
  const known = comparisons.filter((one) => one.medianSeconds !== null);
  if (known.length === 0) return '';
  const cells = (cell: (one: PhaseComparison) => Cell): Cell[] => known.map(cell);
  const columns: Column[] = [
    { title: 'PHASE', rank: 1, least: 12, cells: cells((one) => ({ text: phaseLabel(one, comparisons) })) },
    { title: 'TIME', rank: 2, align: 'right', cells: cells((one) => seconds(one.durationSeconds)) },
    { title: 'USUALLY', rank: 5, align: 'right', cells: cells((one) => seconds(one.medianSeconds)) },
    { title: 'P95', rank: 4, align: 'right', cells: cells((one) => seconds(one.p95Seconds)) },
    { title: '', rank: 3, cells: cells((one) => ({ text: one.slow ? 'slow' : '', style: 'warn' })) },
  ];
  const shown = columns.filter((column) => column.cells.some((cell) => cell.text !== ''));
  return `${table(shown, view).join('\n')}\n`;
}

function seconds(value: number | null): Cell {
  return { text: formatSeconds(value) };
}

/** `slow`, `median` and `p95` are null below five runs. The order of the keys is part of the format. */
export function phaseComparisonJson(comparisons: readonly PhaseComparison[]): Json {
  return comparisons.map((one) => ({
    stage: one.stage,
    service: one.service,
    duration: one.durationSeconds,
    runs: one.runs,
    median: one.medianSeconds,
    p95: one.p95Seconds,
    slow: one.medianSeconds === null ? null : one.slow,
  }));
}

/** With the service, if the deployment has several. */
function phaseLabel(one: PhaseComparison, all: readonly PhaseComparison[]): string {
  return all.every(({ service }) => service === one.service) ? one.stage : `${one.service}/${one.stage}`;
}
