import { deploymentTables } from '../../ledger/file/storeTables.ts';
import type { LimitedFilter } from '../../ledger/read/filter.ts';
import { type SlicedDeployment, type SliceFile, sliceKey } from '../../ledger/sync/sliceFile.ts';
import type { Connection } from '../connect.ts';
import { rowsFor } from '../slice.ts';
import { queryBy } from '../stats/query.ts';
import { changedKeys, newestKeys, type StoredKey } from './sliceKeys.ts';
import { timeoutMs } from './storeConnection.ts';

/** Deployments of one answer: a few ten thousand rows at most, and no long stop of the server to write them. */
const atOnce = 200;
/** More changes than these are found by comparing everything. */
const mostChanges = 5000;

/** Keeps a slice as the store is: everything is compared at first and from time to time, otherwise only what is new is read. */
export class SliceRefresh {
  readonly #slice: SliceFile;
  readonly #filter: LimitedFilter & { readonly limit: number };
  /** What is still to be read, the newest first. */
  #toRead: StoredKey[] = [];
  #newestMs = 0;
  /** Deployments before this time are not kept; null: all are. */
  #fromMs: number | null = null;

  constructor(slice: SliceFile, filter: LimitedFilter & { readonly limit: number }) {
    this.#slice = slice;
    this.#filter = filter;
  }

  /** How many deployments are still to be read. */
  get left(): number {
    return this.#toRead.length;
  }

  /** Whether the store has older ones that are not kept. */
  get isCut(): boolean {
    return this.#fromMs !== null;
  }

  /** Compares everything that is kept with the store: also what it has lost or deleted. */
  async compareAll(connection: Connection): Promise<void> {
    const { limit } = this.#filter;
    const all = await newestKeys(connection, { ...this.#filter, limit: limit + 1 });
    const kept = all.slice(0, limit);
    this.#fromMs = all.length > limit ? (kept.at(-1)?.startedMs ?? null) : null;
    this.#newestMs = newestArrival(kept, this.#newestMs);
    const known = this.#slice.known();
    this.#toRead = kept.filter((one) => known.get(sliceKey(one)) !== one.token);
    for (const one of kept) known.delete(sliceKey(one));
    const gone = [...known.keys()].map(deploymentOf);
    for (let from = 0; from < gone.length; from += atOnce)
      await this.#inTurn(() => this.#slice.drop(gone.slice(from, from + atOnce)));
  }

  /** Reads what has changed since the last time. */
  async readChanged(connection: Connection): Promise<void> {
    const found = await changedKeys(connection, {
      filter: { ...this.#filter, limit: mostChanges },
      sinceMs: this.#newestMs,
    });
    const newestMs = newestArrival(found, this.#newestMs);
    // Once: they are found again as long as nothing else comes, also those that the filter leaves out.
    if (found.length === mostChanges && newestMs > this.#newestMs) {
      this.#newestMs = newestMs;
      return this.compareAll(connection);
    }
    const changed = found.filter((one) => this.#slice.tokenOf(one) !== one.token);
    const gone = changed.filter((one) => !one.isMeant && this.#slice.tokenOf(one) !== null);
    if (gone.length > 0) this.#slice.drop(gone);
    const from = this.#fromMs ?? Number.NEGATIVE_INFINITY;
    const fresh = changed.filter((one) => one.isMeant && one.startedMs >= from);
    for (let at = 0; at < fresh.length; at += atOnce)
      await this.#read(connection, fresh.slice(at, at + atOnce));
    this.#newestMs = newestMs;
  }

  /** Reads some of what is left. */
  async readSome(connection: Connection): Promise<void> {
    const part = this.#toRead.slice(0, atOnce);
    await this.#read(connection, part);
    this.#toRead = this.#toRead.slice(part.length);
  }

  async #read(connection: Connection, part: readonly SlicedDeployment[]): Promise<void> {
    if (part.length === 0) return;
    const keys = part.map((one) => ({ ledger_id: one.ledgerId, deployment_id: one.deploymentId }));
    const query = queryBy(connection, { timeoutMs });
    const rows = await Promise.all(deploymentTables.map((table) => rowsFor(query, { table, keys })));
    await this.#inTurn(() => this.#slice.put(part, rows));
  }

  /** Requests that wait are answered first. */
  async #inTurn(work: () => void): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    work();
  }
}

/** Unix ms by the clock of the store; `knownMs` if none of them came later. */
function newestArrival(keys: readonly StoredKey[], knownMs: number): number {
  return keys.reduce((newest, { arrivedMs }) => Math.max(newest, arrivedMs), knownMs);
}

function deploymentOf(key: string): Omit<SlicedDeployment, 'token'> {
  const [ledgerId = '', ...rest] = key.split(' ');
  return { ledgerId, deploymentId: rest.join(' ') };
}
