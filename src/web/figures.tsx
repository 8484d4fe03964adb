import type { ComponentChild, ComponentChildren, VNode } from 'preact';
import type { FiguresJson, Overview } from '../server/api.ts';
import { formatFrequency } from '../text/figures.ts';
import { changed, listAddress, type Query } from './address.ts';
import { count, percent, plural, seconds } from './format.ts';
import { Ago } from './time.tsx';

interface Figure {
  readonly name: string;
  readonly title: string;
  readonly value: string;
  readonly change: ComponentChild;
  readonly note: ComponentChild;
  readonly href: string;
}

/** Six figures of the period, each with its change, its count and a link to what it is made of; a report has one list. */
export function Figures({
  overview,
  query,
  isReport,
}: {
  readonly overview: Overview;
  readonly query: Query;
  readonly isReport: boolean;
}): VNode {
  return (
    <section class="figures" aria-label="Figures of the period">
      {figuresOf(overview, query).map(({ name, title, value, change, note, href }) => (
        <Cell key={name} name={name} href={isReport ? null : href}>
          <span class="name">{title}</span>
          <span class="value">{value}</span>
          <span class="note">
            {change} {note}
          </span>
        </Cell>
      ))}
    </section>
  );
}

function Cell({
  name,
  href,
  children,
}: {
  readonly name: string;
  readonly href: string | null;
  readonly children: ComponentChildren;
}): VNode {
  const all = { class: 'figure', 'data-question': name };
  if (href === null) return <div {...all}>{children}</div>;
  return (
    <a {...all} href={href} title="Show what it is made of">
      {children}
    </a>
  );
}

function figuresOf(overview: Overview, query: Query): Figure[] {
  const list: ListLink = (changes) => listAddress(changed(query, { status: '', sort: '', ...changes }));
  return [...countFigures(overview, list), ...timeFigures(overview, list), budgetFigure(overview, list)];
}

/** The address of the list that a figure is made of. */
type ListLink = (changes: Readonly<Record<string, string>>) => string;

function countFigures({ figures: { now, before }, counts }: Overview, list: ListLink): Figure[] {
  const rate = rateOf(now);
  const running = counts['in-progress'];
  return [
    {
      name: 'success-rate',
      title: 'success rate',
      value: rate === null ? '–' : percent(rate),
      change: <Points now={rate} before={before === null ? null : rateOf(before)} />,
      note: `${count(now.successful)} of ${count(now.total)}`,
      href: list(now.failed > 0 ? { status: 'failed' } : {}),
    },
    {
      name: 'frequency',
      title: 'deployments',
      value: now.per_day === null ? count(now.total) : formatFrequency(now.per_day),
      change: <Change now={now.total} before={before?.total ?? null} />,
      note: `${count(now.total)} finished${running > 0 ? `, ${count(running)} running` : ''}`,
      href: list({}),
    },
  ];
}

function timeFigures({ figures: { now, before }, counts }: Overview, list: ListLink): Figure[] {
  return [
    {
      name: 'time-to-deploy',
      title: 'time to deploy, median',
      value: seconds(now.deploy_median),
      change: <Change now={now.deploy_median} before={before?.deploy_median ?? null} good="less" />,
      note: `p95 ${seconds(now.deploy_p95)}`,
      href: list({ sort: 'took' }),
    },
    {
      name: 'downtime',
      title: 'downtime, median',
      value: seconds(now.downtime_median),
      change: <Change now={now.downtime_median} before={before?.downtime_median ?? null} good="less" />,
      note: `${seconds(now.downtime_together)} together`,
      href: list({ sort: 'downtime' }),
    },
    {
      name: 'time-to-restore',
      title: 'time to restore, median',
      value: now.bad === 0 ? 'no failure' : seconds(now.restore_median),
      change: <Change now={now.restore_median} before={before?.restore_median ?? null} good="less" />,
      note: now.bad === 0 ? '' : `${count(now.restored)} of ${count(now.bad)} restored`,
      href: list({ status: counts['rolled-back'] > 0 ? 'rolled-back' : 'failed' }),
    },
  ];
}

function budgetFigure({ budget, in_service: sites }: Overview, list: ListLink): Figure {
  const common = { name: 'budget', title: 'error budget left, 30 days', change: null };
  if (budget === null) return { ...common, value: '–', note: '', href: list({}) };
  return {
    ...common,
    value: percent(budget.left),
    note: <BudgetNote budget={budget} isNamed={sites.length > 1} />,
    // Whatever the period and host are.
    href: list({ ...budget.site, status: 'failed', period: '', host: '' }),
  };
}

/** Of several sites it is the one that has least left, so it is named. The budget is one failed deployment. */
function BudgetNote({
  budget: { events, used, last_at: at, site },
  isNamed,
}: {
  readonly budget: NonNullable<Overview['budget']>;
  readonly isNamed: boolean;
}): VNode {
  return (
    <>
      {isNamed && site !== null && `${site.deployment} ${site.environment}: `}
      {events === 0
        ? 'nothing used'
        : `${plural(events, 'event')}${used === null ? '' : ` used ${rounded(used)} of 1`}`}
      {at !== null && (
        <>
          , last <Ago iso={at} />
        </>
      )}
    </>
  );
}

function rateOf({ successful, total }: FiguresJson): number | null {
  return total === 0 ? null : successful / total;
}

/** The change of a rate in percentage points. */
function Points({
  now,
  before,
}: {
  readonly now: number | null;
  readonly before: number | null;
}): VNode | null {
  if (now === null || before === null) return null;
  const points = Math.round((now - before) * 1000) / 10;
  if (points === 0) return <span class="change">— unchanged</span>;
  return (
    <span class={`change ${points > 0 ? 'good' : 'bad'}`} title="compared with the period before">
      {`${points > 0 ? '▲' : '▼'} ${Math.abs(points)} points`}
    </span>
  );
}

/** The change in percent. `good`: which direction is better; without it, neither is. */
function Change({
  now,
  before,
  good,
}: {
  readonly now: number | null;
  readonly before: number | null;
  readonly good?: 'less';
}): VNode | null {
  if (now === null || before === null || before === 0) return null;
  const ratio = now / before - 1;
  if (Math.abs(ratio) < 0.005) return <span class="change">—</span>;
  const tone = good === undefined ? '' : ratio < 0 ? 'good' : ratio > 0.1 ? 'bad' : '';
  return (
    <span class={`change ${tone}`} title="compared with the period before">
      {`${ratio > 0 ? '▲' : '▼'} ${count(Math.round(Math.abs(ratio) * 100))}%`}
    </span>
  );
}

function rounded(value: number): string {
  return value >= 10 ? count(Math.round(value)) : String(Math.round(value * 100) / 100);
}
