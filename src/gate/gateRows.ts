import type { BudgetPeriod, CountedUse } from '../ledger/analytics/budget.ts';
import type { Freeze } from '../ledger/gate/freezes.ts';
import type { LastMigration, Outcome, OutcomePeriod } from '../ledger/gate/outcomes.ts';
import type { Site } from '../ledger/read/endedSites.ts';
import type { Unread } from './judgement.ts';

/** The rows that rules judge: of this host's ledger, or of the central store. Each throws if they cannot be read. */
export interface GateRows {
  /** Those in force at `now`, ISO 8601. */
  freezes(asked: { readonly site: Site; readonly now: string }): Promise<Freeze[]>;
  /** Null if nothing ended and nothing was used in the period. */
  budget(period: BudgetPeriod & Site): Promise<CountedUse | null>;
  outcomes(period: OutcomePeriod): Promise<Outcome[]>;
  lastMigration(period: OutcomePeriod): Promise<LastMigration | null>;
  /** What is said of an error that one of them has thrown. */
  unread(error: unknown): Unread;
}
