import type { VNode } from 'preact';
import { Bars } from './bars.tsx';
import { Dora } from './dora.tsx';
import { Empty, EmptyStore } from './empty.tsx';
import { Figures } from './figures.tsx';
import { InService } from './inService.tsx';
import { LastFailureCard } from './lastFailure.tsx';
import { List } from './list.tsx';
import type { Listing } from './listing.ts';
import { Running } from './running.tsx';

/** What is in service, what is being deployed, how it went, and the deployments. */
export function FirstScreen(listing: Listing): VNode {
  const { overview, query, isReport } = listing;
  if (overview.is_empty)
    return overview.store === undefined ? <Empty /> : <EmptyStore name={overview.store.name} />;
  return (
    <>
      <h1 class="unseen">Deployments</h1>
      <div class="cards">
        <InService overview={overview} query={query} isReport={isReport} />
        {overview.running.map((one) => (
          <Running key={one.row_id} one={one} />
        ))}
        <LastFailureCard of={overview.last_failure} isQuiet={overview.running.length > 0} />
      </div>
      <Figures overview={overview} query={query} isReport={isReport} />
      <Bars overview={overview} query={query} />
      <List {...listing} />
      {overview.dora !== null && <Dora of={overview.dora} />}
    </>
  );
}
