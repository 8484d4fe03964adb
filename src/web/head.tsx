import type { VNode } from 'preact';
import type { Overview } from '../server/api.ts';
import { fleetAddress, scopeOf, usualPeriod } from './address.ts';
import { useNow } from './clock.ts';
import { clockTime, offset, zoneName } from './format.ts';
import type { Connection } from './live.ts';
import { ScopeBar } from './scopeBar.tsx';
import type { Source } from './source.ts';
import { StoreLines } from './storeLines.tsx';
import { Moment } from './time.tsx';
import { answerOf, type Shown } from './view.ts';

/** What everything below is about, and whether it is up to date. */
export function Head({
  source: { made },
  shown: { overview, place, view },
  connection,
  onHelp,
}: {
  readonly source: Source;
  readonly shown: Shown;
  readonly connection: Connection;
  readonly onHelp: () => void;
}): VNode {
  const answered = answerOf({ view, overview });
  const hasScope = made === null && overview !== null && !overview.is_empty && place !== null;
  return (
    <header id="head">
      {answered?.sample === true && (
        <p class="sample">
          <strong>Sample data: these deployments are not real</strong>
        </p>
      )}
      {answered?.store !== undefined && <StoreLines of={answered.store} />}
      <div class="bar">
        <a class="brand" href="#/">
          deploytrack
        </a>
        {made === null && hasHosts(overview) && (
          <a class="hosts-link" data-hosts href={fleetAddress(scopeOf(place?.query ?? {}))}>
            hosts
          </a>
        )}
        {hasScope && ['list', 'trends', 'fleet'].includes(place.kind) && (
          <ScopeBar overview={overview} place={place} usualPeriod={usualPeriod} />
        )}
        <div class="state">
          {made === null ? <Live {...connection} /> : null}
          <Zone />
          <button type="button" class="plain" aria-label="Keys" title="Keys (?)" onClick={onHelp}>
            ?
          </button>
        </div>
      </div>
      {made !== null && (
        <p class="made">
          Report made <Moment iso={made.at} />
          {` from ${made.ledger} on ${made.host}: ${made.filter}. It does not change.`}
        </p>
      )}
    </header>
  );
}

/** Several, or those of a store. */
function hasHosts(overview: Overview | null): boolean {
  if (overview === null || overview.is_empty) return false;
  return overview.store !== undefined || new Set(overview.hosts.map(({ instance }) => instance)).size > 1;
}

function Live({ isLive, since }: Connection): VNode {
  return (
    <span class={`live ${isLive ? 'good' : 'bad'}`} role="status">
      {isLive ? '● live' : `○ not connected since ${since === null ? '' : clockTime(since)}, trying again`}
    </span>
  );
}

function Zone(): VNode {
  const now = useNow(60_000);
  const name = zoneName();
  return (
    <span class="zone quiet" title="Times are those of this browser; UTC on hover">
      times: {name !== 'UTC' && <span class="place">{name} </span>}
      {offset(now)}
    </span>
  );
}
