/// <reference lib="dom" />
import { useEffect, useState } from 'preact/hooks';

/** Parameters of an address; none of them is empty. */
export type Query = Readonly<Record<string, string>>;

/** What a URL fragment names. */
export interface Place {
  readonly kind: 'list' | 'detail' | 'compare' | 'trends' | 'fleet' | 'rollout';
  /** Of the deployments, the older one first; of a rollout deployment, environment and version. */
  readonly ids: readonly string[];
  readonly query: Query;
}

/** The parameters that rule everything on the screen. */
const scopeNames = ['deployment', 'environment', 'host', 'period'];

export const usualPeriod = '30d';

const kinds: Readonly<Record<string, Place['kind']>> = {
  d: 'detail',
  c: 'compare',
  t: 'trends',
  f: 'fleet',
  r: 'rollout',
};

export function placeOf(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const [kind = '', ...ids] = path.split('/').map(decoded);
  return { kind: kinds[kind] ?? 'list', ids, query: Object.fromEntries(new URLSearchParams(search)) };
}

/** A link that somebody cut may end within an escape. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function addressOf({ kind, ids, query }: Place): string {
  const letter = Object.entries(kinds).find(([, one]) => one === kind)?.[0];
  const path = letter === undefined ? '' : [letter, ...ids.map(encodeURIComponent)].join('/');
  const search = new URLSearchParams({ ...query }).toString();
  return `#/${path}${search === '' ? '' : `?${search}`}`;
}

export function deploymentAddress(id: string): string {
  return addressOf({ kind: 'detail', ids: [id], query: {} });
}

export function compareAddress({ older, newer }: { readonly older: string; readonly newer: string }): string {
  return addressOf({ kind: 'compare', ids: [older, newer], query: {} });
}

export function listAddress(query: Query): string {
  return addressOf({ kind: 'list', ids: [], query });
}

/** The address of the trends of the scope of a list. */
export function trendsAddress(query: Query): string {
  return addressOf({ kind: 'trends', ids: [], query: scopeOf(query) });
}

/** The hosts of the scope of a list. */
export function fleetAddress(query: Query): string {
  return addressOf({ kind: 'fleet', ids: [], query });
}

export function rolloutAddress({
  deployment,
  environment,
  version,
}: {
  readonly deployment: string;
  readonly environment: string;
  readonly version: string;
}): string {
  return addressOf({ kind: 'rollout', ids: [deployment, environment, version], query: {} });
}

/** Another query: an empty or missing value removes a parameter. A list that changes starts again from its beginning. */
export function changed(query: Query, changes: Readonly<Record<string, string | undefined>>): Query {
  const { older: _, newer: __, n: ___, ...kept } = query;
  const all = { ...kept, ...changes };
  return Object.fromEntries(
    Object.entries(all).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    ),
  );
}

export function scopeOf(query: Query): Query {
  return Object.fromEntries(Object.entries(query).filter(([name]) => scopeNames.includes(name)));
}

/** An address without the selected rows: they do not change what is loaded. */
export function withoutPick(address: string): string {
  const { pick: _, ...query } = placeOf(address).query;
  return addressOf({ ...placeOf(address), query });
}

/** What an address names, if it is a place of the kind that is shown: it may be ahead of what is loaded. */
export function ahead(shown: Place, address: string): Place {
  const place = placeOf(address);
  return place.kind === shown.kind ? place : shown;
}

/** Goes to another address. `replace`: without an entry of its own in the history. */
export function go(address: string, { replace = false }: { replace?: boolean } = {}): void {
  if (!replace) location.hash = address;
  else {
    history.replaceState(null, '', address);
    dispatchEvent(new HashChangeEvent('hashchange'));
  }
}

/** Changes the address as it is now, which may be ahead of what is shown: two quick changes are both kept. */
export function goOn(
  shown: Place,
  change: (query: Query) => Query,
  { replace = false }: { replace?: boolean } = {},
): void {
  const place = ahead(shown, location.hash);
  go(addressOf({ ...place, query: change(place.query) }), { replace });
}

/** The current URL fragment. */
export function useAddress(): string {
  const [address, setAddress] = useState(location.hash);
  useEffect(() => {
    const follow = (): void => setAddress(location.hash);
    addEventListener('hashchange', follow);
    follow();
    return () => removeEventListener('hashchange', follow);
  }, []);
  return address;
}
