import type { VNode } from 'preact';
import type { DeploymentPage, ListRow, Overview } from '../server/api.ts';
import { changed, listAddress, type Query } from './address.ts';
import { count } from './format.ts';
import { Step } from './parts.tsx';
import { pageLength } from './requests.ts';

/** `1–50 of 103 ‹ ›`. */
export function Pager({
  page: { rows, next, sorted, searched_to: searchedTo },
  counts,
  query,
  isReport,
}: {
  readonly page: DeploymentPage;
  readonly counts: Overview['counts'];
  readonly query: Query;
  readonly isReport: boolean;
}): VNode {
  const first = Number(query.n ?? '1');
  const last = first + rows.length - 1;
  const isKnown = query.search === undefined && query.host === undefined;
  const state = (query.status ?? 'all') as keyof Overview['counts'];
  const total = isReport ? rows.length : (sorted ?? (isKnown ? counts[state] : null));
  const limit = sorted !== null && searchedTo !== null ? ' newest' : '';
  const text =
    rows.length === 0
      ? 'none'
      : `${count(first)}–${count(last)}${total === null ? '' : ` of ${count(Math.max(total, last))}${limit}`}`;
  const [newest, oldest] = [rows[0], rows.at(-1)];
  const hasMore = sorted === null ? query.newer !== undefined || next !== null : last < sorted;
  const back = first > 1 && newest !== undefined ? backAddress(query, { first, newest }) : null;
  const on = hasMore && oldest !== undefined ? onAddress(query, { last, oldest }) : null;
  return (
    <span class="pager">
      <span data-range>{text}</span>
      <Step kind="step" name="Newer" text="‹" href={back} />
      <Step kind="step" name="Older" text="›" href={isReport ? null : on} />
    </span>
  );
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
