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

/** Whether the newest decision of its group is the same: a gate that is asked every minute does not fill the ledger. */
export function isRepeated(
  database: Database,
  { deployment, environment, version, verdict, rules }: GateDecision,
): boolean {
  const newest = database
    .prepare<unknown[], Pick<Rows['gate_decisions'], 'version' | 'verdict' | 'rules'>>(
      'SELECT version, verdict, rules FROM gate_decisions WHERE deployment = ? AND environment = ? ORDER BY id DESC LIMIT 1',
    )
    .get(deployment, environment);
  const isSame = newest?.version === version && newest.verdict === verdict;
  return isSame && verdict !== 'hotfix' && newest.rules === JSON.stringify(rules);
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
