import type { VNode } from 'preact';
import { changed, listAddress } from './address.ts';
import type { Listing } from './listing.ts';

/** The headings of the list, with the colors of the phases. */
export function ListHeads({
  stages,
  hasNames,
  ...listing
}: Listing & { readonly stages: readonly string[]; readonly hasNames: boolean }): VNode {
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
              <span title={stage}>
                <i class={`p${index}`} />
                {stage}
              </span>
            ))}
          </span>
        </th>
        <Sorted name="took" text="Took" {...listing} />
        <th scope="col" class="number">
          vs usual
        </th>
        <Sorted name="downtime" text="Downtime" {...listing} />
        <th scope="col">By</th>
        <th scope="col">Host</th>
        <Sorted name="" text="Started" {...listing} />
      </tr>
    </thead>
  );
}

/** The heading of a column that the list can be sorted by; the empty name is the order of time. */
function Sorted({
  name,
  text,
  query,
  asked,
  isReport,
}: Pick<Listing, 'query' | 'asked' | 'isReport'> & { readonly name: string; readonly text: string }): VNode {
  const isSorted = (query.sort ?? '') === name;
  return (
    <th scope="col" class="number" aria-sort={isSorted ? 'descending' : undefined}>
      {isReport ? (
        text
      ) : (
        <a href={listAddress(changed(asked, { sort: name }))} title={`Sort by ${text.toLowerCase()}`}>
          {text}
          {isSorted ? ' ▾' : ''}
        </a>
      )}
    </th>
  );
}
