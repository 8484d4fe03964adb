import type { Total } from '../../metrics/snapshot.ts';

/** Totals as a text shows them. */
export type RemoteTotals = readonly Total[];
