import { useEffect, useState } from 'preact/hooks';
import type { Deployment, DeploymentPage, Overview } from '../server/api.ts';
import { now } from './clock.ts';
import type { Query, Site, Source } from './source.ts';

/** What an address asks for, as it was at a time. */
export type View = { readonly at: Date } & (
  | { readonly kind: 'list'; readonly overview: Overview; readonly page: DeploymentPage }
  | { readonly kind: 'detail'; readonly one: Deployment }
  | { readonly kind: 'compare'; readonly one: Deployment; readonly other: Deployment }
);

/** What decides on a view. Each part keeps its identity while it does not change. */
export interface Wanted {
  /** From `#` on. */
  readonly address: string;
  readonly site: Site | null;
  readonly filters: Query;
}

export interface Shown {
  /** The address that was last answered, with a view or a problem; null: none yet. */
  readonly address: string | null;
  /** The last one that could be had. */
  readonly view: View | null;
  /** The last overview, on whatever view. */
  readonly overview: Overview | null;
  /** Why the address cannot be shown; empty: it is. */
  readonly problem: string;
}

/** Loads what is wanted, and again after each change of the ledger. Of two at once the later one stands. */
export function useView(source: Source, { address, site, filters }: Wanted): Shown {
  const [shown, setShown] = useState<Shown>({ address: null, view: null, overview: null, problem: '' });
  const [changes, setChanges] = useState(0);
  useEffect(() => source.listen(() => setChanges((count) => count + 1)), [source]);
  // `changes` is not read: another count is a reason to load again.
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
