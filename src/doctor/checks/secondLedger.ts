import { fileStat } from '../../files/fileStat.ts';
import { openDeployments } from '../../ledger/deployments.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { openForReading } from '../../ledger/file/openForReading.ts';
import { listGroups } from '../../ledger/push/deliveries.ts';
import { accountsPlace } from '../../settings/accountsLedger.ts';
import { callersLedger } from '../../settings/callersLedger.ts';
import { hostsLedger } from '../../settings/ledgerPath.ts';
import { typedPath } from '../../text/shellArgument.ts';
import type { Check } from '../check.ts';
import { type Finding, ok, wrong } from '../finding.ts';

/** Ledgers at the other usual places of this host, and the groups that both have pushed. */
export const secondLedger: Check = {
  name: 'second-ledger',
  title: 'a second ledger of this host, and the groups that both push',
  find: ({ session: { context, store }, sound }) => {
    if (context.platform === 'win32') return [];
    const { ledgerPath } = store.options;
    const places = new Set([hostsLedger, accountsPlace(context).path, callersLedger(context)]);
    return [...places]
      .filter((path) => path !== null && path !== ledgerPath && fileStat(path) !== null)
      .map((path) => findingOf(path as string, sound));
  },
};

function findingOf(path: string, sound: Database | null): Finding {
  const { both, isInUse } = sound === null ? { both: [], isInUse: false } : compared(path, sound);
  if (both.length === 0)
    return ok(
      `this host has a second ledger, ${path}, with deployments that are not in this one`,
      `use it with --ledger ${path}, or move finished deployments with \`deploytrack export\` and \`import\``,
    );
  return wrong({
    message: `this ledger and ${path} both push the group ${both[0]}${both.length > 1 ? ` and ${both.length - 1} more` : ''}`,
    meaning: 'the totals of the group depend on which of them pushed last',
    fix: isInUse
      ? 'wait until the deployments in the other one have ended, then run `deploytrack doctor` again'
      : `run \`${howToJoin(typedPath(path))}\``,
  });
}

/** Its counts reach the gateway first, and its rows this ledger; a copy of it stays. */
function howToJoin(path: string): string {
  return [
    `deploytrack push --ledger ${path}`,
    `deploytrack export --ledger ${path} --out ${path}.jsonl`,
    `deploytrack import ${path}.jsonl`,
    `deploytrack backup --ledger ${path} ${path}.imported`,
    `rm -f ${path} ${path}-wal ${path}-shm`,
    'deploytrack push',
  ].join(' && ');
}

/** The groups that both have pushed; none if the second ledger cannot be read. */
function compared(path: string, sound: Database): { both: readonly string[]; isInUse: boolean } {
  try {
    const other = openForReading(path, { how: 'read', leftOut: () => {} })?.database;
    if (other === undefined) return { both: [], isInUse: false };
    try {
      const own = new Set(pushedGroups(sound));
      const both = pushedGroups(other).filter((name) => own.has(name));
      return { both, isInUse: openDeployments(other, {}).length > 0 };
    } finally {
      other.close();
    }
  } catch {
    return { both: [], isInUse: false };
  }
}

function pushedGroups(database: Database): string[] {
  return listGroups(database, { deploymentId: null })
    .filter(({ deliveredSeq }) => deliveredSeq > 0)
    .map(({ deployment, environment, instance }) => `${deployment}/${environment} on ${instance}`);
}
