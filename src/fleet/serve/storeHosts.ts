import type { Context } from '../../context.ts';
import type { FleetHost } from '../fleetHost.ts';
import { type FleetFilter, fleetBy } from '../readFleet.ts';
import { queryBy } from '../stats/query.ts';
import { type StoreConnection, timeoutMs } from './storeConnection.ts';

/** How old the answer to a request may be. */
const mostAgeMs = 1000;

/** How long a request waits if there is an older answer. */
const mostWaitMs = 1000;

/** The hosts of the store, read when somebody asks; if the store is gone or slow, those that were read last. */
export class StoreHosts {
  readonly #context: Context;
  readonly #connection: StoreConnection;
  readonly #filter: FleetFilter;
  #hosts: readonly FleetHost[] | null = null;
  #readMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(
    context: Context,
    { connection, filter }: { connection: StoreConnection; filter: FleetFilter },
  ) {
    this.#context = context;
    this.#connection = connection;
    this.#filter = filter;
  }

  async read(): Promise<readonly FleetHost[]> {
    const nowMs = this.#context.instant().wallMs;
    if (this.#hosts !== null && Math.abs(nowMs - this.#readMs) < mostAgeMs) return this.#hosts;
    this.#reading ??= this.#query(nowMs).finally(() => {
      this.#reading = null;
    });
    const hasOlder = this.#hosts !== null;
    await Promise.race([this.#reading, ...(hasOlder ? [this.#context.sleep(mostWaitMs)] : [])]);
    return this.#hosts ?? [];
  }

  /** The follower reports a store that is gone. */
  async #query(nowMs: number): Promise<void> {
    const filter = this.#filter;
    const hosts = await this.#connection
      .use((open) => fleetBy(queryBy(open, { timeoutMs }), filter))
      .catch(() => null);
    this.#readMs = nowMs;
    if (hosts !== null) this.#hosts = hosts;
  }
}
