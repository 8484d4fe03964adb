import { isoTime } from '../model.ts';
import { thresholdText } from '../monitoring/rules/threshold.ts';
import { table } from '../report/terminal/table.ts';
import type { Cell, Column } from '../report/terminal/tableColumn.ts';
import type { View } from '../report/terminal/view.ts';
import { formatTime } from '../text/figures.ts';
import type { Backtest, ReplayedAlert } from './backtest.ts';
import type { Firing } from './firing.ts';

/**
 * One line for each time that an alert would have fired. With chosen thresholds, the times for the shipped and for the given
 * threshold are side by side, with a dash, or nothing in a terminal, if it would not have fired.
 */
export function formatBacktest(found: Backtest, view: View): string {
  const rows = found.alerts.flatMap(rowsOf);
  const hasGiven = found.alerts.some(({ given }) => given !== null);
  const [since, until] = [found.sinceMs, found.untilMs].map((ms) => formatTime(isoTime(ms), view));
  const title = `${found.alerts.length} alerts, ${since} to ${until}: ${counts(found)}`;
  const lines = rows.length === 0 ? [] : table(columns(rows, { view, hasGiven }), view);
  return [title, ...thresholdLines(found), ...lines, notReplayed(found), ''].join('\n');
}

interface Row {
  readonly name: string;
  readonly shipped: Firing | null;
  /** Undefined if no other threshold was chosen. */
  readonly given: Firing | null | undefined;
  readonly of: ReplayedAlert;
}

/** Times of the same series that overlap share a line. */
function rowsOf(of: ReplayedAlert): Row[] {
  const { rule, shipped, given } = of;
  if (given === null) return shipped.map((one) => ({ name: rule.name, shipped: one, given: undefined, of }));
  const left = new Set(given.firings);
  const rows: Row[] = shipped.map((one) => {
    const twin = [...left].find((other) => isSame(one, other));
    if (twin !== undefined) left.delete(twin);
    return { name: rule.name, shipped: one, given: twin ?? null, of };
  });
  rows.push(...[...left].map((one) => ({ name: rule.name, shipped: null, given: one, of })));
  return rows.sort((one, other) => startOf(one) - startOf(other));
}

function isSame(one: Firing, other: Firing): boolean {
  const overlap = one.fromMs < other.toMs && other.fromMs < one.toMs;
  return overlap && JSON.stringify(one.labels) === JSON.stringify(other.labels);
}

function startOf({ shipped, given }: Row): number {
  return (shipped ?? given)?.fromMs ?? 0;
}

function columns(rows: readonly Row[], { view, hasGiven }: { view: View; hasGiven: boolean }): Column[] {
  const cells = (text: (row: Row) => string): Cell[] => rows.map((row) => ({ text: text(row) }));
  const moment = (ms: number | undefined) => (ms === undefined ? '' : timeText(ms, view));
  const of = (row: Row) => (row.shipped ?? row.given) as Firing;
  const given: Column[] = [
    { title: 'GIVEN FROM', rank: 5, cells: cells((row) => moment(givenOf(row)?.fromMs)) },
    { title: 'GIVEN TO', rank: 6, cells: cells((row) => moment(givenOf(row)?.toMs)) },
  ];
  return [
    { title: 'ALERT', rank: 1, cells: cells(({ name }) => name) },
    { title: 'DEPLOYMENT', rank: 3, least: 8, cells: cells((row) => of(row).labels.deployment ?? '') },
    { title: 'ENVIRONMENT', rank: 7, least: 8, cells: cells((row) => of(row).labels.environment ?? '') },
    {
      title: hasGiven ? 'SHIPPED FROM' : 'FROM',
      rank: 2,
      cells: cells((row) => moment(row.shipped?.fromMs)),
    },
    { title: hasGiven ? 'SHIPPED TO' : 'TO', rank: 4, cells: cells((row) => moment(row.shipped?.toMs)) },
    ...(hasGiven ? given : []),
    { title: 'VALUE', rank: 8, align: 'right', cells: cells((row) => valueText(of(row).value, row.of)) },
    { title: 'OF', rank: 9, least: 8, cells: cells((row) => detail(of(row))) },
  ];
}

/** If no other threshold was chosen, the shipped one applies. */
function givenOf({ shipped, given }: Row): Firing | null {
  return given === undefined ? shipped : given;
}

function timeText(ms: number, view: View): string {
  return ms === Number.POSITIVE_INFINITY ? 'still firing' : formatTime(isoTime(ms), view);
}

/** In the unit of the condition; counts are plain numbers. */
function valueText(value: number, { rule }: ReplayedAlert): string {
  const { unit } = rule.condition;
  const rounded = Number(value.toPrecision(4));
  if (unit === 'ratio') return `${Number((value * 100).toPrecision(4))}%`;
  return unit === 'seconds' ? `${Number(value.toFixed(1))}s` : String(rounded);
}

/** The labels that distinguish series of one deployment and environment. */
function detail({ labels }: Firing): string {
  const { instance, deployment_id: id, test_name: test, service } = labels;
  return [instance, id, test, service].filter((one) => one !== undefined && one !== '').join(' ');
}

function counts({ alerts }: Backtest): string {
  const times = (some: readonly Firing[]) => `${some.length} ${some.length === 1 ? 'time' : 'times'}`;
  const shipped = times(alerts.flatMap((one) => one.shipped));
  if (alerts.every(({ given }) => given === null)) return `fired ${shipped}`;
  const given = times(alerts.flatMap((one) => one.given?.firings ?? one.shipped));
  return `fired ${shipped} with the shipped thresholds, ${given} with the given ones`;
}

function thresholdLines({ alerts }: Backtest): string[] {
  return alerts.flatMap(({ rule, shipped, given }) => {
    const { threshold } = rule.condition;
    if (given === null || threshold === null) return [];
    const [before, after] = [thresholdText(threshold), thresholdText(threshold, given.threshold)];
    return [`${rule.name}: shipped ${before} ${shipped.length}x, given ${after} ${given.firings.length}x`];
  });
}

function notReplayed({ notReplayed: names }: Backtest): string {
  return `Not replayed, because the ledger has no data about the pipeline itself: ${names.join(', ')}`;
}
