import type { VNode } from 'preact';
import type { DeploymentPage, ListRow, Overview } from '../server/api.ts';
import { changed, listAddress, type Query } from './address.ts';
import { count } from './format.ts';
import { Step } from './parts.tsx';
import { firstOf, pageLength } from './requests.ts';

/** `1–50 of 103 ‹ ›`. `isEnd`: below the list, only if it has more than one page. */
export function Pager({
  page,
  counts,
  query,
  isReport,
  isEnd = false,
}: {
  readonly page: DeploymentPage;
  readonly counts: Overview['counts'];
  readonly query: Query;
  readonly isReport: boolean;
  readonly isEnd?: boolean;
}): VNode | null {
  const { rows, next, sorted } = page;
  const first = firstOf(query);
  const last = first + rows.length - 1;
  const [newest, oldest] = [rows[0], rows.at(-1)];
  const hasMore = sorted === null ? query.newer !== undefined || next !== null : last < sorted;
  const back = first > 1 && newest !== undefined ? backAddress(query, { first, newest }) : null;
  const on = !isReport && hasMore && oldest !== undefined ? onAddress(query, { last, oldest }) : null;
  if (isEnd && back === null && on === null) return null;
  return (
    <span class={isEnd ? 'pager end' : 'pager'}>
      <span data-range={isEnd ? undefined : ''}>
        {rangeText(page, { first, last, total: totalOf(page, { counts, query, isReport }) })}
      </span>
      <Step kind="step" name="Newer" text="‹" href={back} />
      <Step kind="step" name="Older" text="›" href={on} />
    </span>
  );
}

/** How many the list has on all pages; null if nothing counts them. */
function totalOf(
  { rows, sorted }: DeploymentPage,
  { counts, query, isReport }: Pick<Parameters<typeof Pager>[0], 'counts' | 'query' | 'isReport'>,
): number | null {
  if (isReport) return rows.length;
  if (sorted !== null) return sorted;
  if (query.search !== undefined || query.host !== undefined) return null;
  return counts[(query.status ?? 'all') as keyof Overview['counts']];
}

function rangeText(
  { rows, sorted, searched_to: searchedTo }: DeploymentPage,
  { first, last, total }: { first: number; last: number; total: number | null },
): string {
  if (rows.length === 0) return 'none';
  const limit = sorted !== null && searchedTo !== null ? ' newest' : '';
  return `${count(first)}–${count(last)}${total === null ? '' : ` of ${count(Math.max(total, last))}${limit}`}`;
}

/** The first page has no place in its address, so that it always begins with the newest. */
function backAddress(query: Query, { first, newest }: { first: number; newest: ListRow }): string {
  const n = first - pageLength;
  if (n <= 1) return listAddress(changed(query, {}));
  const newer = query.sort === undefined ? placeOf(newest) : undefined;
  return listAddress(changed(query, { newer, n: String(n) }));
}

function onAddress(query: Query, { last, oldest }: { last: number; oldest: ListRow }): string {
  const older = query.sort === undefined ? placeOf(oldest) : undefined;
  return listAddress(changed(query, { older, n: String(last + 1) }));
}

function placeOf({ deployment_started_at: at, row_id: row }: ListRow): string {
  return `${at}~${row}`;
}
