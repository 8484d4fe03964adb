import type { Context } from '../context.ts';
import type { Finding } from './finding.ts';
import type { ProbeTarget } from './target.ts';

/** One conversation in progress. */
export interface Exchange {
  /** The finding, if the deadline passed now. */
  late(timeoutMs: number): Finding;
  /** Ends it and releases everything; later results are ignored. */
  cancel(): void;
}

/** Begins a conversation that may take `timeoutMs`. `settle` is called with its finding; only the first call counts. */
export type OpenExchange = (settle: (finding: Finding) => void, timeoutMs: number) => Exchange;

/** A way to talk to a target, with all modules loaded. */
export type Transport = (target: ProbeTarget, context: Context) => OpenExchange;
