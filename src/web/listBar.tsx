/// <reference lib="dom" />
import type { VNode } from 'preact';
import { changed, compareAddress, go, listAddress, type Query } from './address.ts';
import { CopyLink } from './copyLink.tsx';
import { count } from './format.ts';
import type { Listing } from './listing.ts';
import { Pager } from './pager.tsx';
import { newestFirst } from './patch.ts';
import { listQuery } from './requests.ts';
import { search } from './source.ts';
import { lookOf, wordOf } from './status.ts';

const states = ['failed', 'warning', 'rolled-back', 'in-progress'] as const;

/** Chips with counts, and what can be done with the list. */
export function ListBar({
  page,
  overview: { counts },
  query,
  asked,
  isReport,
  picked,
  say,
}: Listing & { readonly picked: readonly string[] }): VNode {
  const ids = newestFirst(page.rows).flatMap(({ deployment_id: id }) =>
    id !== null && picked.includes(id) ? [id] : [],
  );
  return (
    <div class="list-bar">
      {!isReport && (
        <nav class="chips" aria-label="By status">
          <StateChip text={`all ${count(counts.all)}`} status="" query={asked} />
          {states.map((status) => (
            <StateChip
              key={status}
              text={`${lookOf(status).sign} ${wordOf(status)} ${count(counts[status])}`}
              status={status}
              query={asked}
            />
          ))}
        </nav>
      )}
      <div class="tools">
        <CompareButton picked={ids} />
        {!isReport && <CopyLink say={say} />}
        {!isReport && (
          <a
            class="button"
            href={`/api/deployments.csv${search(listQuery(query))}`}
            download="deployments.csv"
          >
            CSV
          </a>
        )}
        <Pager page={page} counts={counts} query={query} isReport={isReport} />
      </div>
    </div>
  );
}

function StateChip({
  text,
  status,
  query,
}: {
  readonly text: string;
  readonly status: string;
  readonly query: Query;
}): VNode {
  const isChosen = (query.status ?? '') === status;
  return (
    <a
      class="state-chip"
      data-state={status}
      aria-current={isChosen ? 'true' : undefined}
      href={listAddress(changed(query, { status }))}
    >
      {text}
    </a>
  );
}

/** Counts only selected rows that are visible; the older one comes first. */
function CompareButton({ picked }: { readonly picked: readonly string[] }): VNode {
  const [newer = '', older = ''] = picked;
  const text = picked.length === 2 ? 'Compare the two' : `Compare (${picked.length} of 2 selected)`;
  return (
    <button
      type="button"
      data-compare
      class={picked.length === 0 ? 'wide-only' : ''}
      disabled={picked.length !== 2}
      onClick={() => go(compareAddress({ older, newer }))}
    >
      {text}
    </button>
  );
}
