import { useEffect, useState } from 'preact/hooks';
import type { Deployment, DeploymentPage, Overview } from '../server/api.ts';
import { now } from './clock.ts';
import type { Query, Site, Source } from './source.ts';

/** The data for a URL, at the time when it was loaded. */
export type View = { readonly at: Date } & (
  | { readonly kind: 'list'; readonly overview: Overview; readonly page: DeploymentPage }
  | { readonly kind: 'detail'; readonly one: Deployment }
  | { readonly kind: 'compare'; readonly one: Deployment; readonly other: Deployment }
);

/** The input of a view. Each part keeps its identity while it does not change. */
export interface Wanted {
  /** The URL fragment. */
  readonly address: string;
  readonly site: Site | null;
  readonly filters: Query;
}

export interface Shown {
  /** The last URL fragment that was loaded, with a view or a problem; null if there is none yet. */
  readonly address: string | null;
  /** The last view that could be loaded. */
  readonly view: View | null;
  /** The last overview, in any view. */
  readonly overview: Overview | null;
  /** Why the URL cannot be shown; empty if it is shown. */
  readonly problem: string;
}

/** Loads a view, and again after each change of the ledger. If two loads overlap, the later one wins. */
export function useView(source: Source, { address, site, filters }: Wanted): Shown {
  const [shown, setShown] = useState<Shown>({ address: null, view: null, overview: null, problem: '' });
  const [changes, setChanges] = useState(0);
  useEffect(() => source.listen(() => setChanges((count) => count + 1)), [source]);
  // `changes` is not read: it only triggers another load.
  useEffect(() => {
    let isLatest = true;
    load(source, { address, site, filters }).then(
      (view) => {
        if (!isLatest) return;
        setShown((before) => ({
          address,
          view,
          overview: view.kind === 'list' ? view.overview : before.overview,
          problem: '',
        }));
      },
      (error: Error) => {
        if (isLatest) setShown((before) => ({ ...before, address, problem: error.message }));
      },
    );
    return () => {
      isLatest = false;
    };
  }, [source, address, site, filters, changes]);
  return shown;
}

async function load(source: Source, { address, site, filters }: Wanted): Promise<View> {
  const [, kind, one = '', other = ''] = address.split('/').map(decodeURIComponent);
  if (kind === 'd') return { kind: 'detail', one: await source.deployment(one), at: now() };
  if (kind === 'c') {
    const [first, second] = await Promise.all([source.deployment(one), source.deployment(other)]);
    return { kind: 'compare', one: first, other: second, at: now() };
  }
  const [overview, page] = await Promise.all([source.overview(site), source.deployments(filters)]);
  return { kind: 'list', overview, page, at: now() };
}
