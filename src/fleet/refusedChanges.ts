import type { Warning } from '../errors.ts';
import type { Change } from '../ledger/sync/changes.ts';
import { counted } from '../text/counted.ts';
import type { StoreError } from './storeProblem.ts';

/** A change that the store does not take, and why. */
export interface Refused {
  readonly change: Change;
  readonly error: StoreError;
}

/** One warning for all of them, with the first one. */
export function refusedChanges(refused: readonly Refused[]): Warning[] {
  const [first] = refused;
  if (first === undefined) return [];
  const { change, error } = first;
  const name = `${change.kind} ${change.key}`;
  const subject =
    refused.length === 1
      ? `${name} was not sent and waits`
      : `${counted(refused.length, 'change')}, the first of ${name}, were not sent and wait`;
  return [
    {
      code: 'STORE',
      message: `${subject} in the ledger: ${error.message}`,
      hint: `${error.hint ?? 'correct them'}; \`deploytrack sync\` sends them again`,
      failed: 'delivery',
    },
  ];
}
