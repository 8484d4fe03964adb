import type { Context } from '../../context.ts';
import { type Connection, connect } from '../connect.ts';
import type { StoreAddress } from '../storeAddress.ts';
import { storeError } from '../storeProblem.ts';

/** For one statement, and for connecting. */
export const timeoutMs = 30_000;

/** One connection for as long as the server runs, made anew after a failure. */
export class StoreConnection {
  readonly #context: Context;
  readonly #address: StoreAddress;
  #opening: Promise<Connection> | null = null;
  #isOver = false;

  constructor(context: Context, address: StoreAddress) {
    this.#context = context;
    this.#address = address;
  }

  get shown(): string {
    return this.#address.shown;
  }

  /** Throws a StoreError. A connection that broke while it was idle is replaced at once. */
  async use<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    const before = this.#opening;
    try {
      return await this.#useOnce(work);
    } catch (error) {
      if (before !== null && this.#opening !== before && !this.#isOver) return this.#useOnce(work);
      throw error;
    }
  }

  async #useOnce<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    this.#opening ??= connect(this.#context, this.#address, { timeoutMs, reads: true });
    const opening = this.#opening;
    try {
      return await work(await opening);
    } catch (error) {
      if (this.#opening === opening) this.#drop();
      throw storeError(error, this.shown, { reads: true });
    }
  }

  /** For good: what runs fails, and does not connect again. */
  close(): void {
    this.#isOver = true;
    this.#drop();
  }

  #drop(): void {
    const opening = this.#opening;
    this.#opening = null;
    void opening?.then(
      (connection) => connection.close(),
      () => {},
    );
  }
}
