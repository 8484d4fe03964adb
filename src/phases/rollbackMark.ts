import type { Context } from '../context.ts';
import type { RollbackMark } from '../marks.ts';

/** A rollback as one event; `rollbackId` is new. */
export function separateRollbackMark(
  context: Context,
  facts: Omit<RollbackMark, 'kind' | 'markId' | 'rollbackId'>,
): RollbackMark {
  return { kind: 'rollback', markId: context.uniqueId(), rollbackId: context.uniqueId(), ...facts };
}
