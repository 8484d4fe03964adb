import type { VNode } from 'preact';
import { Fragment } from 'preact';
import type { DeploymentPage, Overview } from '../server/api.ts';
import { changed, listAddress, type Query } from './address.ts';
import { ListBar } from './listBar.tsx';
import { NothingFound } from './nothingFound.tsx';
import { pickedOf } from './pick.ts';
import { ErrorLine, Row } from './row.tsx';
import { stagesOf } from './stages.ts';
import { Moment } from './time.tsx';

/** One line per deployment, with what can be done to the list. A report has one list without filters. */
export function List({
  page,
  overview,
  query,
  isReport,
  say,
}: {
  readonly page: DeploymentPage;
  readonly overview: Overview;
  readonly query: Query;
  readonly isReport: boolean;
  readonly say: (text: string) => void;
}): VNode {
  const { rows, searched_to: searchedTo } = page;
  const picked = pickedOf(query);
  const stages = stagesOf(rows);
  const longest = Math.max(0.001, ...rows.map(({ total_duration: total }) => total ?? 0));
  const hasNames = new Set(overview.sites.map(({ deployment }) => deployment)).size > 1;
  return (
    <section class="list" aria-label="Deployments">
      <ListBar page={page} overview={overview} query={query} isReport={isReport} picked={picked} say={say} />
      {rows.length === 0 && <NothingFound query={query} searchedTo={searchedTo} />}
      {rows.length > 0 && (
        <table>
          <caption class="unseen">Deployments, newest first</caption>
          <Heads stages={stages} query={query} isReport={isReport} hasNames={hasNames} />
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
    </section>
  );
}

function Heads({
  stages,
  query,
  isReport,
  hasNames,
}: {
  readonly stages: readonly string[];
  readonly query: Query;
  readonly isReport: boolean;
  readonly hasNames: boolean;
}): VNode {
  return (
    <thead>
      <tr>
        <th scope="col" class="tick">
          <span class="unseen">Selected to compare</span>
        </th>
        <th scope="col" class="version">
          Version
        </th>
        <th scope="col">{hasNames ? 'Deployment' : 'Environment'}</th>
        <th scope="col" class="phases">
          Phases
          <span class="legend">
            {stages.map((stage, index) => (
              <span>
                <i class={`p${index}`} />
                {stage}
              </span>
            ))}
          </span>
        </th>
        <Sorted name="took" text="Took" query={query} isReport={isReport} />
        <th scope="col" class="number">
          vs usual
        </th>
        <Sorted name="downtime" text="Downtime" query={query} isReport={isReport} />
        <th scope="col">By</th>
        <th scope="col">Host</th>
        <Sorted name="" text="Started" query={query} isReport={isReport} />
      </tr>
    </thead>
  );
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

/** The heading of a column that the list can be sorted by; the empty name is the order of time. */
function Sorted({
  name,
  text,
  query,
  isReport,
}: {
  readonly name: string;
  readonly text: string;
  readonly query: Query;
  readonly isReport: boolean;
}): VNode {
  const isSorted = (query.sort ?? '') === name;
  return (
    <th scope="col" class="number" aria-sort={isSorted ? 'descending' : undefined}>
      {isReport ? (
        text
      ) : (
        <a href={listAddress(changed(query, { sort: name }))} title={`Sort by ${text.toLowerCase()}`}>
          {text}
          {isSorted ? ' ▾' : ''}
        </a>
      )}
    </th>
  );
}
