import { useState } from 'preact/hooks';
import type { DeploymentPage } from '../server/api.ts';
import type { Query } from './source.ts';

/**
 * What somebody does to the list. It belongs to the App, not to what is shown: neither a change of the ledger nor another
 * view clears it.
 */
export interface ListState {
  /** What the list is narrowed to, by the names of the server's parameters. */
  readonly filters: Query;
  /** What stands in the fields by now, half-typed texts too. */
  readonly drafts: Readonly<Record<string, string>>;
  /** IDs of the deployments that are ticked. */
  readonly ticked: ReadonlySet<string>;
  readonly type: (name: string, value: string) => void;
  /** Narrows by what a field holds, from the newest on; an empty value narrows nothing. */
  readonly narrow: (name: string, value: string) => void;
  readonly older: (next: NonNullable<DeploymentPage['next']>) => void;
  readonly tick: (id: string, isTicked: boolean) => void;
}

export function useListState(): ListState {
  const [filters, setFilters] = useState<Query>({});
  const [drafts, setDrafts] = useState<Readonly<Record<string, string>>>({});
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const type = (name: string, value: string): void => setDrafts((before) => ({ ...before, [name]: value }));
  return {
    filters,
    drafts,
    ticked,
    type,
    narrow(name, value) {
      type(name, value);
      setFilters(({ startedAt: _, rowId: __, [name]: ___, ...others }) =>
        value === '' ? others : { ...others, [name]: value },
      );
    },
    older: ({ startedAt, rowId }) => setFilters((before) => ({ ...before, startedAt, rowId: String(rowId) })),
    tick: (id, isTicked) =>
      setTicked((before) => new Set(isTicked ? [...before, id] : [...before].filter((one) => one !== id))),
  };
}
