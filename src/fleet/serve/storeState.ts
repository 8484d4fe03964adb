/** What a server knows of the store that it shows. */
export interface StoreState {
  /** Host, port and database. */
  readonly shown: string;
  /** When the store was read last; Unix ms by our clock. */
  readonly readMs: number;
  /** Since when it cannot be read; null if it can. Unix ms. */
  readonly lostMs: number | null;
  /** How many deployments are kept at most. */
  readonly most: number;
  /** How many of them are still to be read. */
  readonly left: number;
  /** The store has more than are kept. */
  readonly isCut: boolean;
}
