/// <reference lib="dom" />
import type { RefObject, VNode } from 'preact';
import { Fragment } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { DeploymentPage } from '../server/api.ts';
import { changed, listAddress, type Query } from './address.ts';
import { ListBar } from './listBar.tsx';
import { ListHeads } from './listHeads.tsx';
import type { Listing } from './listing.ts';
import { NothingFound } from './nothingFound.tsx';
import { Pager } from './pager.tsx';
import { pickedOf } from './pick.ts';
import { firstOf } from './requests.ts';
import { ErrorLine, Row } from './row.tsx';
import { stagesOf } from './stages.ts';
import { Moment } from './time.tsx';

/** One line per deployment, with what can be done to the list. */
export function List(listing: Listing): VNode {
  const { page, overview, query, isReport } = listing;
  const { rows, searched_to: searchedTo } = page;
  const picked = pickedOf(query);
  const stages = stagesOf(rows);
  const longest = Math.max(0.001, ...rows.map(({ total_duration: total }) => total ?? 0));
  const hasNames = new Set(overview.sites.map(({ deployment }) => deployment)).size > 1;
  return (
    <section class="list" aria-label="Deployments" ref={useTopOfPage(query)}>
      <ListBar {...listing} picked={picked} />
      {rows.length === 0 && <NothingFound query={query} searchedTo={searchedTo} />}
      {rows.length > 0 && (
        <table>
          <caption class="unseen">{`Deployments, ${query.sort === undefined ? 'newest' : 'longest'} first`}</caption>
          <ListHeads {...listing} stages={stages} hasNames={hasNames} />
          <tbody>
            {rows.map((row) => (
              <Fragment key={row.row_id}>
                <Row
                  row={row}
                  query={query}
                  stages={stages}
                  longest={longest}
                  hasNames={hasNames}
                  isPicked={picked.includes(row.deployment_id ?? '')}
                />
                <ErrorLine row={row} />
              </Fragment>
            ))}
          </tbody>
        </table>
      )}
      {rows.length > 0 && searchedTo !== null && (
        <Cut searchedTo={searchedTo} next={page.next} query={query} />
      )}
      <Pager page={page} counts={overview.counts} query={query} isReport={isReport} isEnd />
    </section>
  );
}

/** Another page begins at its top, also if its link is at the end. */
function useTopOfPage(query: Query): RefObject<HTMLElement | null> {
  const list = useRef<HTMLElement>(null);
  const first = firstOf(query);
  const before = useRef(first);
  useEffect(() => {
    if (before.current !== first && (list.current?.getBoundingClientRect().top ?? 0) < 0)
      list.current?.scrollIntoView();
    before.current = first;
  }, [first]);
  return list;
}

/** The search looked at as many rows as one request may. */
function Cut({
  searchedTo,
  next,
  query,
}: {
  readonly searchedTo: string;
  readonly next: DeploymentPage['next'];
  readonly query: Query;
}): VNode {
  const older = next === null ? '' : `${next.startedAt}~${next.rowId}`;
  return (
    <p class="cut">
      Searched back to <Moment iso={searchedTo} />.{' '}
      {next !== null && <a href={listAddress(changed(query, { older }))}>Search further back</a>}
    </p>
  );
}
