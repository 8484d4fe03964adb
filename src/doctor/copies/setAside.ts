import type { GroupKey } from '../../model.ts';
import type { Session } from '../../session.ts';
import { shellArgument, typedPath } from '../../text/shellArgument.ts';

/** The command that sets a copied ledger aside, with its log, and creates a new one. */
export function setAside(
  { context, store }: Session,
  { deployment, environment }: Pick<GroupKey, 'deployment' | 'environment'>,
): string {
  const path = store.options.ledgerPath;
  const init = `deploytrack init --deployment ${shellArgument(deployment)} --environment ${shellArgument(environment)}`;
  if (context.platform === 'win32')
    return `'', '-wal', '-shm' | Where-Object { Test-Path "${path}$_" } | ForEach-Object { Move-Item "${path}$_" "${path}.copy$_" }; ${init}`;
  const [from, to] = [typedPath(path), typedPath(`${path}.copy`)];
  // The log belongs to its ledger: a new ledger must not find it.
  return `for end in '' -wal -shm; do [ ! -e ${from}$end ] || mv ${from}$end ${to}$end; done && ${init}`;
}
