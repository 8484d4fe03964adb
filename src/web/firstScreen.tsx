import type { VNode } from 'preact';
import type { DeploymentPage, Overview } from '../server/api.ts';
import type { Query } from './address.ts';
import { Bars } from './bars.tsx';
import { Dora } from './dora.tsx';
import { Empty } from './empty.tsx';
import { Figures } from './figures.tsx';
import { InService } from './inService.tsx';
import { LastFailureCard } from './lastFailure.tsx';
import { List } from './list.tsx';
import { Running } from './running.tsx';

/** What is in service, what is being deployed, how it went, and the deployments. */
export function FirstScreen({
  overview,
  page,
  query,
  isReport,
  say,
}: {
  readonly overview: Overview;
  readonly page: DeploymentPage;
  readonly query: Query;
  readonly isReport: boolean;
  readonly say: (text: string) => void;
}): VNode {
  if (overview.is_empty) return <Empty />;
  return (
    <>
      <h1 class="unseen">Deployments</h1>
      <div class="cards">
        <InService overview={overview} query={query} />
        {overview.running.map((one) => (
          <Running key={one.row_id} one={one} />
        ))}
        <LastFailureCard of={overview.last_failure} isQuiet={overview.running.length > 0} />
      </div>
      <Figures overview={overview} query={query} />
      <Bars overview={overview} query={query} />
      <List page={page} overview={overview} query={query} isReport={isReport} say={say} />
      {overview.dora !== null && <Dora of={overview.dora} />}
    </>
  );
}
