import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { ComparedItems, Deployment, DeploymentPage, ListRow, Overview } from '../server/api.ts';
import type { FleetPage, RolloutPage } from '../server/fleetApi.ts';
import { addressOf, type Place, placeOf, withoutPick } from './address.ts';
import { type Connection, useLive } from './live.ts';
import { changesFigures, countedOf, patched, withRunning } from './patch.ts';
import { filterQuery, pageLength, pageQuery, scopeQuery } from './requests.ts';
import { NoResponse, type Source } from './source.ts';

/** The data for an address. */
export type View =
  | { readonly kind: 'list'; readonly overview: Overview; readonly page: DeploymentPage }
  | { readonly kind: 'detail'; readonly one: Deployment }
  | {
      readonly kind: 'compare';
      readonly one: Deployment;
      readonly other: Deployment;
      readonly items: ComparedItems['changes'];
    }
  | { readonly kind: 'trends'; readonly overview: Overview; readonly rows: readonly ListRow[] }
  | { readonly kind: 'fleet'; readonly overview: Overview; readonly fleet: FleetPage }
  | { readonly kind: 'rollout'; readonly page: RolloutPage };

export interface Shown {
  /** The address of the view, or without one that of the problem; null if nothing was loaded yet. */
  readonly place: Place | null;
  /** The last view that could be loaded; null if the server has none for the address. */
  readonly view: View | null;
  /** The last overview, in any view. */
  readonly overview: Overview | null;
  /** Why the address cannot be shown; empty if it is shown. */
  readonly problem: string;
}

/** The response that says when it was given, and where its deployments come from. */
export function answerOf({
  view,
  overview,
}: Pick<Shown, 'view' | 'overview'>): Overview | Deployment | RolloutPage | null {
  if (view?.kind === 'rollout') return view.page;
  return view !== null && 'one' in view ? view.one : overview;
}

/** So many characters of IDs are one request: the server accepts no address above 4 KiB. */
const mostIdText = 2000;

/** Loads what an address names, and afterwards only what changes of it. If two loads overlap, the later one wins. */
export function useView(
  source: Source,
  address: string,
): {
  shown: Shown;
  connection: Connection;
  /** Set by the caller if the view cannot be rendered: then the next change loads all of it. */
  isBroken: { current: boolean };
} {
  const [shown, setShown] = useState<Shown>({ place: null, view: null, overview: null, problem: '' });
  const loads = useRef(0);
  const current = useRef(shown);
  const isBroken = useRef(false);
  current.current = shown;
  const wanted = withoutPick(address);
  const update = useCallback(
    async (load: () => Promise<View | null>) => {
      loads.current += 1;
      const mine = loads.current;
      const place = placeOf(wanted);
      try {
        const view = await load();
        if (mine !== loads.current || view === null) return;
        setShown((before) => ({ place, view, overview: overviewIn(view) ?? before.overview, problem: '' }));
      } catch (error) {
        if (mine === loads.current)
          setShown((before) => withProblem(before, { place, error: error as Error }));
      }
    },
    [wanted],
  );
  const whole = useCallback(() => update(() => load(source, placeOf(wanted))), [source, wanted, update]);
  useEffect(() => {
    void whole();
  }, [whole]);
  const connection = useLive(source, async (ids) => {
    const view = patchable(current.current, wanted);
    if (ids === null || view === null || isBroken.current) return whole();
    return update(() => change(source, { place: placeOf(wanted), view, ids }));
  });
  return { shown, connection, isBroken };
}

/** What was shown stays if it is of the same address, or if the server does not respond; it is not the answer to another address. */
function withProblem(before: Shown, { place, error }: { place: Place; error: Error }): Shown {
  const isSame = before.place !== null && addressOf(before.place) === addressOf(place);
  const stays = before.view !== null && (isSame || error instanceof NoResponse);
  return { ...before, ...(stays ? {} : { place, view: null }), problem: error.message };
}

/** Views of many deployments together: a change of one loads all of it. */
const asWhole: readonly View['kind'][] = ['trends', 'fleet', 'rollout'];

/** What is shown, if a change can be made in it. While another address is loaded, it is not of that one yet. */
function patchable({ view, problem, place }: Shown, wanted: string): View | null {
  const isOfAddress = place !== null && addressOf(place) === wanted;
  return isOfAddress && problem === '' && view !== null && !asWhole.includes(view.kind) ? view : null;
}

function overviewIn(view: View): Overview | null {
  return 'overview' in view ? view.overview : null;
}

async function load(
  source: Source,
  { kind, ids: [one = '', other = '', third = ''], query }: Place,
): Promise<View> {
  if (kind === 'detail') return { kind, one: await source.deployment(one) };
  if (kind === 'compare') {
    const [first, second] = await Promise.all([source.deployment(one), source.deployment(other)]);
    return { kind, one: first, other: second, items: await itemsOf(source, first, second) };
  }
  if (kind === 'rollout') {
    const rollout = { deployment: one, environment: other, version: third };
    return { kind, page: await source.rollout(rollout) };
  }
  const overview = source.overview(scopeQuery(query));
  if (kind === 'fleet') {
    const fleet = source.fleet(filterQuery(query));
    return { kind, overview: await overview, fleet: await fleet };
  }
  if (kind === 'trends') {
    const page = await source.deployments({ ...filterQuery(query), limit: '200' });
    return { kind, overview: await overview, rows: page.rows };
  }
  const page = source.deployments(pageQuery(query));
  return { kind, overview: await overview, page: await page };
}

/** A report has the changes from one deployment to the next. */
async function itemsOf(
  source: Source,
  one: Deployment,
  other: Deployment,
): Promise<ComparedItems['changes']> {
  if (source.made === null)
    return (await source.comparison(one.deployment_id ?? '', other.deployment_id ?? '')).changes;
  return other.before === one.deployment_id ? other.changes : null;
}

/** Null if nothing of the view has changed. */
async function change(
  source: Source,
  { place, view, ids }: { place: Place; view: View; ids: readonly string[] },
): Promise<View | null> {
  if (view.kind === 'detail' || view.kind === 'compare')
    return concerns(view, { place, ids }) ? load(source, place) : null;
  if (view.kind !== 'list') return null;
  if (ids.join().length > mostIdText) return load(source, place);
  const { query } = place;
  const changes = await source.changed(filterQuery(query), ids);
  const counted = new Map([...countedOf(view.page.rows), ...countedOf(view.overview.running)]);
  const overview = changesFigures(changes, { ids, counted })
    ? await source.overview(scopeQuery(query))
    : withRunning(view.overview, changes);
  const takesNew = [query.older, query.newer, query.sort].every((one) => one === undefined);
  const page = patched(view.page, { changes, ids, takesNew, limit: pageLength });
  return { kind: 'list', overview, page };
}

/** The newest deployment gets a next one, which may be any. */
function concerns(view: View, { place, ids }: { place: Place; ids: readonly string[] }): boolean {
  const isNewest = view.kind === 'detail' && view.one.after === null;
  return isNewest || place.ids.some((id) => ids.includes(id));
}
