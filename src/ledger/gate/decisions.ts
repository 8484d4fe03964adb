import type { Database } from '../file/addon.ts';
import type { Rows } from '../rows.ts';

/** What the gate decided, and why. `rules`: the names of those that froze it or could not be read. */
export interface GateDecision {
  readonly decisionId: string;
  readonly at: string;
  readonly deployment: string;
  readonly environment: string;
  readonly version: string | null;
  readonly verdict: Rows['gate_decisions']['verdict'];
  readonly passed: boolean;
  readonly reason: string;
  readonly rules: readonly string[];
  readonly endsAt: string | null;
  readonly triggeredBy: string | null;
  readonly hotfixReason: string | null;
}

export function saveDecision(database: Database, { passed, rules, ...decision }: GateDecision): void {
  database
    .prepare(
      `INSERT INTO gate_decisions (decision_id, at, deployment, environment, version, verdict, passed, reason, rules, ends_at,
         triggered_by, hotfix_reason)
       VALUES (@decisionId, @at, @deployment, @environment, @version, @verdict, @passed, @reason, @rules, @endsAt,
         @triggeredBy, @hotfixReason)`,
    )
    .run({ ...decision, passed: passed ? 1 : 0, rules: JSON.stringify(rules) });
}
