import type { BudgetPeriod, CountedUse } from '../analytics/budget.ts';
import type { Site } from '../read/endedSites.ts';
import type { Freeze } from './freezes.ts';
import type { LastMigration, Outcome, OutcomePeriod } from './outcomes.ts';

/** A source of rules that cannot be read. */
export interface Unread {
  readonly source: 'settings' | 'ledger' | 'store' | 'prometheus' | 'alertmanager';
  readonly problem: string;
  readonly hint?: string | undefined;
}

/** One of another ledger can be ended only on the host of that ledger. */
export interface FoundFreeze extends Freeze {
  /** Undefined: the freeze is of the ledger of this host. */
  readonly elsewhere?: { readonly hostname: string | null };
}

/** The rows that rules judge: of this host's ledger, or of the central store. Each throws if they cannot be read. */
export interface GateRows {
  /** Those in force at `now`, ISO 8601. */
  freezes(asked: { readonly site: Site; readonly now: string }): Promise<FoundFreeze[]>;
  /** Null if nothing ended and nothing was used in the period. */
  budget(period: BudgetPeriod & Site): Promise<CountedUse | null>;
  outcomes(period: OutcomePeriod): Promise<Outcome[]>;
  lastMigration(period: OutcomePeriod): Promise<LastMigration | null>;
  /** What is said of an error that one of them has thrown. */
  unread(error: unknown): Unread;
}
