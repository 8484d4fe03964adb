import type { VNode } from 'preact';
import { changed, listAddress, type Query } from './address.ts';
import { wordOf } from './status.ts';
import { Moment } from './time.tsx';

/** Nothing matches: what was asked, and how to ask for more. */
export function NothingFound({
  query,
  searchedTo,
}: {
  readonly query: Query;
  readonly searchedTo: string | null;
}): VNode {
  const { search, status, period } = query;
  const what = [
    status === undefined ? '' : `is ${wordOf(status)}`,
    search === undefined ? '' : `has “${search}” in its version, commit, user or error`,
  ].filter((part) => part !== '');
  return (
    <div class="nothing">
      <p>
        {`No deployment of this ${period === 'all' ? 'scope' : 'period'}${what.length === 0 ? '' : ` ${what.join(' and ')}`}.`}{' '}
        {searchedTo !== null && (
          <>
            Searched back to <Moment iso={searchedTo} />.{' '}
            <a href={listAddress(changed(query, { older: `${searchedTo}~0` }))}>Search further back</a>
          </>
        )}
      </p>
      <p>
        {(search !== undefined || status !== undefined) && (
          <a class="button" href={listAddress(changed(query, { search: '', status: '' }))}>
            Show all of them
          </a>
        )}{' '}
        {period !== 'all' && (
          <a class="button" href={listAddress(changed(query, { period: 'all' }))}>
            Look at all time
          </a>
        )}
      </p>
    </div>
  );
}
