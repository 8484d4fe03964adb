/** What a decision about an automatic rollback depends on. */
export interface Situation {
  /** A cutover was started, or the deployment or its script ended successfully. */
  readonly cutoverBegan: boolean;
  /** A migration that is marked so was started. */
  readonly irreversible: boolean;
  /** A rollback of this deployment was started before, whatever its result. */
  readonly rolledBackBefore: boolean;
  /** A later deployment has switched this place to its own version: a rollback would take that one back. */
  readonly superseded: boolean;
  /** It rolls back another deployment, or runs inside a rollback. */
  readonly isRollback: boolean;
  /** The version to go back to; null if none is known to be good. */
  readonly good: string | null;
}

export type RollbackVerdict =
  | { readonly kind: 'roll-back'; readonly to: string }
  | { readonly kind: 'not-begun' }
  | { readonly kind: 'irreversible' }
  | { readonly kind: 'none-good' }
  | { readonly kind: 'decided' }
  | { readonly kind: 'superseded' }
  | { readonly kind: 'is-rollback' };

/** Decides once, whatever failed. Never a second rollback, never one of a rollback. */
export function rollbackVerdict(situation: Situation): RollbackVerdict {
  if (situation.rolledBackBefore) return { kind: 'decided' };
  if (situation.isRollback) return { kind: 'is-rollback' };
  if (!situation.cutoverBegan) return { kind: 'not-begun' };
  if (situation.superseded) return { kind: 'superseded' };
  if (situation.irreversible) return { kind: 'irreversible' };
  return situation.good === null ? { kind: 'none-good' } : { kind: 'roll-back', to: situation.good };
}

/** Why nothing is rolled back; null if it is. */
export function whyNot({ kind }: RollbackVerdict): string | null {
  return {
    'roll-back': null,
    'not-begun': 'the cutover has not begun (none was marked), so there is nothing to roll back',
    irreversible: 'a migration of this deployment is marked irreversible',
    'none-good': 'no earlier version is known to be good here',
    decided: 'a rollback of this deployment was already started',
    superseded: 'the cutover of a later deployment has begun',
    'is-rollback': 'this deployment is itself a rollback',
  }[kind];
}

/** Whether it was needed and is forbidden: exit code 4. */
export function isForbidden({ kind }: RollbackVerdict): boolean {
  return kind === 'irreversible' || kind === 'is-rollback';
}
