import type { PhaseComparison, Verdict } from '../../ledger/read/phaseComparison.ts';
import { roundMicro } from '../../model.ts';
import { formatSeconds } from '../../text/figures.ts';
import type { Json } from '../json.ts';
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
    { title: 'USUALLY', rank: 5, align: 'right', cells: cells(usualCell) },
    { title: 'P95', rank: 4, align: 'right', cells: cells((one) => seconds(one.p95Seconds)) },
    { title: '', rank: 3, cells: cells(verdictCell) },
  ];
  const shown = columns.filter((column) => column.cells.some((cell) => cell.text !== ''));
  return `${table(shown, view).join('\n')}\n`;
}

function seconds(value: number | null): Cell {
  return { text: formatSeconds(value) };
}

/** The median with the spread: `12.0s ±8%`. */
export function usualCell({ medianSeconds, verdict }: PhaseComparison): Cell {
  const median = formatSeconds(medianSeconds);
  return verdict === null
    ? { text: median }
    : { text: `${median} ±${percent(verdict.spread)}`, short: median };
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)}%`;
}

/** The verdict on a run, marked if it is slower. */
export function verdictCell(one: PhaseComparison): Cell {
  const text = verdictText(one);
  const word = one.verdict?.word ?? '';
  return { text, short: word, style: word === 'slower' ? 'warn' : word === 'faster' ? undefined : 'dim' };
}

/** `usual`, `slower than usual by 19.0s`; empty if nothing is known. */
export function verdictText({ durationSeconds, medianSeconds, verdict }: PhaseComparison): string {
  if (verdict === null || medianSeconds === null) return '';
  if (verdict.word === 'usual') return verdict.word;
  return `${verdict.word} than usual by ${formatSeconds(Math.abs(durationSeconds - medianSeconds))}`;
}

/** Null below five runs, and for a run that failed. */
export function verdictJson(verdict: Verdict | null) {
  return {
    verdict: verdict?.word ?? null,
    usual_low: verdict === null ? null : roundMicro(verdict.usualLowSeconds),
    usual_high: verdict === null ? null : roundMicro(verdict.usualHighSeconds),
    spread: verdict === null ? null : roundMicro(verdict.spread),
  };
}

/** `slow`, `median`, `p95` and `verdict` are null below five runs. The order of the keys is part of the format. */
export function phaseComparisonJson(comparisons: readonly PhaseComparison[]): Json {
  return comparisons.map((one) => ({
    stage: one.stage,
    service: one.service,
    duration: one.durationSeconds,
    runs: one.runs,
    median: one.medianSeconds,
    p95: one.p95Seconds,
    slow: one.medianSeconds === null ? null : one.slow,
    ...verdictJson(one.verdict),
  }));
}

/** With the service, if the deployment has several. */
function phaseLabel(one: PhaseComparison, all: readonly PhaseComparison[]): string {
  return all.every(({ service }) => service === one.service) ? one.stage : `${one.service}/${one.stage}`;
}
