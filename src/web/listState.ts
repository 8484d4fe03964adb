import { useState } from 'preact/hooks';
import type { DeploymentPage } from '../server/api.ts';
import type { Query } from './source.ts';

/**
 * The user's filters and selection. The state belongs to the App, so neither a change of the ledger nor another view
 * clears it.
 */
export interface ListState {
  /** Active filters, by the names of the server's parameters. */
  readonly filters: Query;
  /** The texts in the fields, including half-typed ones. */
  readonly drafts: Readonly<Record<string, string>>;
  /** IDs of the selected deployments. */
  readonly ticked: ReadonlySet<string>;
  readonly type: (name: string, value: string) => void;
  /** Sets a filter and starts again from the newest; an empty value removes the filter. */
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
