/// <reference lib="dom" />
import type { RefObject, VNode } from 'preact';
import { useEffect, useErrorBoundary, useRef, useState } from 'preact/hooks';
import { useAddress } from './address.ts';
import { Compare } from './compare.tsx';
import { Detail } from './detail.tsx';
import { List } from './list.tsx';
import { type ListState, useListState } from './listState.ts';
import { OverviewCards } from './overview.tsx';
import type { Site, Source } from './source.ts';
import { type Shown, useView, type View } from './view.ts';

/** Shows the view for the URL, and keeps selected rows, filters and the chosen site. */
export function App({ source }: { readonly source: Source }): VNode {
  const address = useAddress();
  const [site, setSite] = useState<Site | null>(null);
  const list = useListState();
  const shown = useView(source, { address, site, filters: list.filters });
  const main = useFocusOnArrival(shown.address);
  const failure = useFailure(shown);
  const problem = failure?.message ?? shown.problem;
  return (
    <>
      <Head isLive={source.isLive} shown={shown} site={site} onSite={setSite} />
      <main id="main" tabIndex={-1} data-ready={shown.address === null ? undefined : 'true'} ref={main}>
        {shown.view !== null && failure === null && (
          <Content view={shown.view} isLive={source.isLive} list={list} />
        )}
      </main>
      <p id="said" class="quiet" role="status" aria-live="polite">
        {problem !== '' && `Cannot show this page: ${problem}`}
      </p>
    </>
  );
}

/** An error while rendering: a page that stayed open during an upgrade may get responses that it does not know. It retries with the next ones. */
function useFailure(shown: Shown): Error | null {
  const [failure, setFailure] = useState<{ readonly of: Shown; readonly error: Error } | null>(null);
  useErrorBoundary((error: Error) => setFailure({ of: shown, error }));
  return failure?.of === shown ? failure.error : null;
}

/** After a link, moves the focus to the top of the new view for keyboards and screen readers; not for the first view. */
function useFocusOnArrival(address: string | null): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const before = useRef(address);
  useEffect(() => {
    if (before.current !== null && before.current !== address) main.current?.focus();
    before.current = address;
  }, [address]);
  return main;
}

function Content({
  view,
  isLive,
  list,
}: {
  readonly view: View;
  readonly isLive: boolean;
  readonly list: ListState;
}): VNode {
  // With a key, another deployment is a new view and does not keep the scroll position of the previous one.
  if (view.kind === 'detail') return <Detail key={view.one.deployment_id} one={view.one} now={view.at} />;
  if (view.kind === 'compare') {
    const { one, other } = view;
    return <Compare key={`${one.deployment_id} ${other.deployment_id}`} one={one} other={other} />;
  }
  return (
    <>
      <OverviewCards of={view.overview} now={view.at} />
      <List page={view.page} sites={view.overview.sites} isLive={isLive} state={list} />
    </>
  );
}

function Head({
  isLive,
  shown: { view, overview },
  site,
  onSite,
}: {
  readonly isLive: boolean;
  readonly shown: Shown;
  readonly site: Site | null;
  readonly onSite: (site: Site) => void;
}): VNode {
  const sites = overview?.sites ?? [];
  const answered = view?.kind === 'list' ? view.overview : view?.one;
  return (
    <header id="head">
      <h1>Deployments</h1>
      {isLive && sites.length > 1 && (
        <select
          aria-label="Deployment and environment"
          value={JSON.stringify(site ?? overview?.site)}
          onChange={({ currentTarget }) => onSite(JSON.parse(currentTarget.value) as Site)}
        >
          {sites.map((one) => (
            <option key={JSON.stringify(one)} value={JSON.stringify(one)}>
              {`${one.deployment} / ${one.environment}`}
            </option>
          ))}
        </select>
      )}
      {answered?.sample === true && (
        <strong class="sample">Sample data: these deployments are not real</strong>
      )}
    </header>
  );
}
