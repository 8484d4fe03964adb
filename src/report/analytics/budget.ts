import type { BudgetUse, CountedUse } from '../../ledger/analytics/budget.ts';
import { isoTime, roundMicro } from '../../model.ts';
import { formatShare, formatTime } from '../../text/figures.ts';
import type { Cell, Column } from '../terminal/tableColumn.ts';
import { glyphsOf, type Style, type View } from '../terminal/view.ts';
import { shortened } from '../terminal/width.ts';
import type { Analytics } from './analytics.ts';

/** `stats --budget`: used and left for each deployment and environment, with the causes. */
export function budgetAnalytics(
  uses: readonly CountedUse[],
  { fromMs, untilMs }: { fromMs: number; untilMs: number },
): Analytics {
  return {
    shown: (view) => ({
      columns: columnsOf(uses, view),
      notes: [...periodLines({ fromMs, untilMs }, view), ...spentLines(uses, view)],
    }),
    json: {
      from: isoTime(fromMs),
      until: isoTime(untilMs),
      budgets: uses.map(({ deployment, environment, deployments, used, left, spent }) => ({
        ...{
          deployment,
          environment,
          deployments,
          used: roundMicro(used),
          left: roundMicro(left),
          is_spent: left === 0,
        },
        causes: causesOf(spent),
        events: spent.map(({ id, version, at, cause, weight }) => ({
          deployment_id: id,
          version,
          at,
          cause,
          weight,
        })),
      })),
    },
    csv: {
      header: ['deployment', 'environment', 'deployments', 'used', 'left', 'causes'],
      records: uses.map((use) => [
        ...[use.deployment, use.environment, use.deployments, roundMicro(use.used), roundMicro(use.left)],
        causeWords(use),
      ]),
    },
  };
}

/** How much of the budget each cause used, in failed deployments. */
function causesOf(spent: BudgetUse['spent']): Record<string, number> {
  const causes: Record<string, number> = {};
  for (const { cause, weight } of spent) causes[cause] = roundMicro((causes[cause] ?? 0) + weight);
  return causes;
}

function causeWords({ spent }: BudgetUse): string {
  return Object.entries(causesOf(spent))
    .map(([cause, weight]) => `${cause} ${weight}`)
    .join(', ');
}

const barColumns = 10;

function columnsOf(uses: readonly CountedUse[], view: View): Column[] {
  const cells = (cell: (use: CountedUse) => Cell): Cell[] => uses.map(cell);
  const { bar, openBar } = glyphsOf(view);
  const drawn = ({ left }: BudgetUse): string => {
    const full = Math.round(left * barColumns);
    return bar.repeat(full) + openBar.repeat(barColumns - full);
  };
  return [
    { title: 'DEPLOYMENT', rank: 1, least: 8, cells: cells(({ deployment }) => ({ text: deployment })) },
    { title: 'ENVIRONMENT', rank: 3, least: 8, cells: cells(({ environment }) => ({ text: environment })) },
    {
      title: 'RUNS',
      rank: 6,
      align: 'right',
      cells: cells(({ deployments }) => ({ text: String(deployments) })),
    },
    { title: 'USED', rank: 4, align: 'right', cells: cells(({ used }) => ({ text: formatShare(used) })) },
    {
      title: 'LEFT',
      rank: 2,
      align: 'right',
      cells: cells((use) => ({ text: formatShare(use.left), style: styleOf(use) })),
    },
    // In a pipe the bar adds nothing to the figures.
    ...(view.width === undefined
      ? []
      : [{ title: '', rank: 7, cells: cells((use) => ({ text: drawn(use), style: styleOf(use) })) }]),
    { title: 'CAUSES', rank: 5, most: 80, cells: cells((use) => ({ text: causeWords(use) })) },
  ];
}

function styleOf({ left }: BudgetUse): Style {
  return left === 0 ? 'bad' : left <= 0.5 ? 'warn' : 'good';
}

function periodLines({ fromMs, untilMs }: { fromMs: number; untilMs: number }, view: View): string[] {
  const [from, until] = [fromMs, untilMs].map((ms) => formatTime(isoTime(ms), view));
  return [view.paint('dim', `from ${from} to ${until}; the budget of each is one failed deployment`)];
}

/** Hundreds of lines are not read, and each takes time. */
const mostLines = 20;

/** The newest events, newest first. */
function spentLines(uses: readonly BudgetUse[], view: View): string[] {
  const all = uses.flatMap((use) => use.spent.map((event) => ({ use, event })));
  const newest = all.sort((one, other) => (one.event.at < other.event.at ? 1 : -1)).slice(0, mostLines);
  const lines = newest.map(({ use, event: { id, version, at, cause, weight } }) => {
    const site = uses.length > 1 ? `${use.deployment} ${use.environment} ` : '';
    return shortened(`${formatTime(at, view)}  ${site}${version}  ${cause} ${weight}  ${id}`, {
      ...view,
      most: view.width,
    });
  });
  if (all.length <= newest.length) return lines;
  return [...lines, view.paint('dim', `and ${all.length - newest.length} earlier ones; --json lists all`)];
}
