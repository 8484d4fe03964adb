/// <reference lib="dom" />
import type { VNode } from 'preact';
import { useEffect, useErrorBoundary, useMemo, useRef, useState } from 'preact/hooks';
import { addressOf, ahead, type Place, placeOf, type Query, useAddress } from './address.ts';
import { useArrival } from './arrival.ts';
import { type Ahead, now, ServerClock } from './clock.ts';
import { Compare } from './compare.tsx';
import { Detail } from './detail.tsx';
import { FirstScreen } from './firstScreen.tsx';
import { Fleet } from './fleet.tsx';
import { Head } from './head.tsx';
import { KeyHelp } from './keyHelp.tsx';
import { useKeys } from './keys.ts';
import { Rollout } from './rollout.tsx';
import type { Source } from './source.ts';
import { titleOf } from './title.ts';
import { TrendsView } from './trends.tsx';
import { answerOf, type Shown, useView, type View } from './view.ts';

/** Shows what the address names, and keeps it up to date. */
export function App({ source }: { readonly source: Source }): VNode {
  const address = useAddress();
  const { shown, connection, isBroken } = useView(source, address);
  const main = useArrival(shown.place, address);
  const failure = useFailure(shown);
  isBroken.current = failure !== null;
  const place = withPicked(shown.place, address);
  const asked = place === null ? null : ahead(place, address);
  const lastList = useLastList(placeOf(address));
  const [said, setSaid] = useSaid();
  const [isHelpOpen, setHelpOpen] = useState(false);
  useKeys(() => setHelpOpen(true));
  useEffect(() => {
    document.title = titleOf(shown);
  }, [shown]);
  const { view } = shown;
  return (
    <ServerClock.Provider value={useAhead(source, shown)}>
      <Head
        source={source}
        shown={failure === null ? { ...shown, place: asked } : nothing}
        connection={connection}
        onHelp={() => setHelpOpen(true)}
      />
      <main id="main" tabIndex={-1} data-ready={place === null ? undefined : 'true'} ref={main}>
        <Problem shown={shown} failure={failure} back={lastList} />
        {view !== null && place !== null && asked !== null && failure === null && (
          <Content {...{ view, place, asked: asked.query, source, lastList }} say={setSaid} />
        )}
      </main>
      <p id="said" role="status" aria-live="polite">
        {said !== '' && <span>{said}</span>}
      </p>
      <KeyHelp isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </ServerClock.Provider>
  );
}

const nothing: Shown = { place: null, view: null, overview: null, problem: '' };

/** Why the address cannot be shown, and whether something else is shown instead. */
function Problem({
  shown: { view, problem },
  failure,
  back,
}: {
  readonly shown: Shown;
  readonly failure: Error | null;
  readonly back: Place;
}): VNode | null {
  const why = failure?.message ?? problem;
  if (why === '') return null;
  return (
    <p class="problem" role="alert">
      {`Cannot show this page: ${why}`}
      {failure === null && view !== null && '. Below is what was loaded before'}
      {view === null && (
        <>
          . <a href={addressOf(back)}>{back.kind === 'list' ? 'All deployments' : 'Hosts'}</a>
        </>
      )}
    </p>
  );
}

/** Selected rows are in the address, but nothing is loaded for them. */
function withPicked(place: Place | null, address: string): Place | null {
  const { kind, query } = placeOf(address);
  if (place === null || place.kind !== kind || query.pick === undefined) return place;
  return { ...place, query: { ...place.query, pick: query.pick } };
}

/** The last list, or table of hosts, so that a deployment has a link to it. */
function useLastList(place: Place): Place {
  const last = useRef<Place>({ kind: 'list', ids: [], query: {} });
  if (['list', 'fleet', 'rollout'].includes(place.kind)) last.current = place;
  return last.current;
}

/** A message that goes after the time to read it. */
function useSaid(): [said: string, say: (text: string) => void] {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => setSaid(''), 3000 + 150 * said.length);
    return () => clearTimeout(timer);
  }, [said]);
  return [said, setSaid];
}

function useAhead({ made }: Source, { view, overview }: Shown): Ahead {
  const said = answerOf({ view, overview })?.now;
  return useMemo(
    () => ({
      offsetMs: said === undefined ? 0 : Date.parse(said) - now().getTime(),
      fixed: made === null ? null : new Date(made.at),
    }),
    [said, made],
  );
}

/** An error while rendering: a page that stayed open during an upgrade may get responses that it does not know. It retries with the next ones. */
function useFailure(shown: Shown): Error | null {
  const [failure, setFailure] = useState<{ readonly of: Shown; readonly error: Error } | null>(null);
  useErrorBoundary((error: Error) => setFailure({ of: shown, error }));
  return failure?.of === shown ? failure.error : null;
}

function Content({
  view,
  place,
  asked,
  source,
  lastList,
  say,
}: {
  readonly view: View;
  readonly place: Place;
  readonly asked: Query;
  readonly source: Source;
  readonly lastList: Place;
  readonly say: (text: string) => void;
}): VNode {
  // With a key, another deployment is a new view and does not keep the scroll position of the previous one.
  if (view.kind === 'detail')
    return <Detail key={view.one.deployment_id} one={view.one} back={lastList} say={say} />;
  if (view.kind === 'compare') return <Compare {...view} back={lastList} />;
  if (view.kind === 'trends') return <TrendsView {...view} query={place.query} />;
  if (view.kind === 'rollout') return <Rollout {...view.page} say={say} />;
  if (view.kind === 'fleet') return <Fleet {...view} query={place.query} asked={asked} say={say} />;
  const isReport = source.made !== null;
  return <FirstScreen {...view} query={place.query} asked={asked} isReport={isReport} say={say} />;
}
