import { dirname } from 'node:path';
import { remoteMount } from '../../files/remoteMount.ts';
import type { Check } from '../check.ts';
import { wrong } from '../finding.ts';

/** Whether SQLite refuses to work there at all is found when the ledger is opened. */
export const fileSystem: Check = {
  name: 'file-system',
  title: 'whether the ledger is on a local file system',
  find: ({ session: { store } }) => {
    const { ledgerPath: path } = store.options;
    const mount = remoteMount(dirname(path));
    if (mount === null) return [];
    return [
      wrong({
        message: `the ledger ${path} is on ${mount.point}, a network or shared file system (${mount.type})`,
        meaning:
          'SQLite needs locks and memory that all its processes share; there it can hang or be damaged',
        fix: 'run `deploytrack backup <file on a local disk>`, and set DEPLOYTRACK_LEDGER to that file',
      }),
    ];
  },
};
