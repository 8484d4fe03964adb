import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { typedPath } from '../../text/shellArgument.ts';
import type { Check } from '../check.ts';
import { wrong } from '../finding.ts';

/** Room for the log and the journal of a deployment, many times over. */
const leastBytes = 16 * 1024 * 1024;
/** Each journal, lock hint and copy is a file. */
const leastFiles = 100;

export const disk: Check = {
  name: 'disk',
  title: 'free space and free inodes on the disk of the ledger',
  find: ({ session: { store }, ledger }) => {
    if (ledger.database === null) return [];
    const folder = dirname(store.options.ledgerPath);
    const { bavail, bsize, files, ffree } = statfsSync(folder);
    const freeBytes = bavail * bsize;
    // Some file systems create inodes as needed and report none.
    const isShortOfFiles = files > 0 && ffree < leastFiles;
    if (freeBytes >= leastBytes && !isShortOfFiles) return [];
    const left = isShortOfFiles ? `${ffree} free inodes` : `${mebibytes(freeBytes)} MiB of free space`;
    return [
      wrong({
        message: `the disk of ${folder} has only ${left}`,
        meaning: 'when it is full, marks go to the journal in another folder, which may be in memory',
        fix: isShortOfFiles ? howToRemoveFiles(folder) : howToFreeSpace,
      }),
    ];
  },
};

const howToFreeSpace =
  'free space; `deploytrack prune --keep 400d` deletes deployments that ended longer ago';

/** A ledger itself is a handful of files. */
function howToRemoveFiles(folder: string): string {
  const mount = `"$(df --output=target ${typedPath(folder)} | tail -n 1)"`;
  return `find the folder with the most files with \`du --inodes -x -S ${mount} | sort -n | tail -n 1\`, then remove files there with \`rm -r <files>\``;
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}
