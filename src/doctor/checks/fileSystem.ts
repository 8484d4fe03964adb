import { dirname } from 'node:path';
import type { Context } from '../../context.ts';
import { remoteMount } from '../../files/remoteMount.ts';
import { accountsPlace } from '../../settings/accountsLedger.ts';
import { hostsLedger } from '../../settings/ledgerPath.ts';
import { typedPath } from '../../text/shellArgument.ts';
import type { Check } from '../check.ts';
import { wrong } from '../finding.ts';
import { withLedgerCommand } from '../ledgerCommand.ts';

/** Whether SQLite refuses to work there at all is found when the ledger is opened. */
export const fileSystem: Check = {
  name: 'file-system',
  title: 'whether the ledger is on a local file system',
  find: ({ session: { context, store } }) => {
    const { ledgerPath: path } = store.options;
    const mount = remoteMount(dirname(path));
    if (mount === null) return [];
    return [
      wrong({
        message: `the ledger ${path} is on ${mount.point}, a network or shared file system (${mount.type})`,
        meaning:
          'SQLite needs locks and memory that all its processes share; there it can hang or be damaged',
        fix: howToMove(context, path),
      }),
    ];
  },
};

/** To the place that the ledger of this account has by default, if that is on a local disk. */
function howToMove(context: Context, path: string): string {
  const local = context.uid === 0 ? hostsLedger : accountsPlace(context).path;
  if (local === path || remoteMount(dirname(local)) !== null)
    return withLedgerCommand('set a file on a local disk with --ledger');
  const [folder, file] = [typedPath(dirname(local)), typedPath(local)];
  return `run \`mkdir -p ${folder} && deploytrack backup ${file} && export DEPLOYTRACK_LEDGER=${file}\``;
}
