import { closeSync, readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import type { Context } from '../../context.ts';
import { OddFile, openOwn } from '../../files/openOwn.ts';
import type { ProcessIdentity } from '../../marks.ts';
import { liveness } from '../../processes.ts';

/** What `spawnBackgroundProber` calls its file; nothing else is read as one, or removed. */
export const probeFilePrefix = 'deploytrack-probe-';

/** The last word of a prober that was left behind. */
export const backgroundProberCommand = 'left-prober';

/**
 * Why a file that the ledger names as a prober's is left alone: it is none that this account made. Null where it is ours,
 * or gone.
 */
export function whyNotOwnFile({ uid }: Context, file: string): string | null {
  if (!isAbsolute(file) || !/^[\w-]+$/.test(basename(file)) || !basename(file).startsWith(probeFilePrefix))
    return 'it is not named like one';
  try {
    const opened = openOwn(file, { access: 'read', owners: uid === undefined ? undefined : [uid] });
    if (opened !== null) closeSync(opened.descriptor);
    return null;
  } catch (error) {
    return error instanceof OddFile
      ? error.message
      : `it cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
}

/**
 * Whether a process may be told to end: it lives, is of this account, and is one of our probers. `other`: it lives and is
 * something else. `unseen`: nobody can tell from here; a prober ends by itself when its file is gone.
 */
export function proberLife(context: Context, process: ProcessIdentity): 'own' | 'other' | 'unseen' | 'dead' {
  const life = liveness(context, process);
  if (life !== 'alive') return life === 'dead' ? 'dead' : 'unseen';
  try {
    const { uid } = statSync(`/proc/${process.pid}`);
    const [, , word, ...more] = readFileSync(`/proc/${process.pid}/cmdline`, 'utf8').split('\0');
    const isOne = word === backgroundProberCommand && more.join('') === '';
    return isOne && (context.uid === undefined || uid === context.uid) ? 'own' : 'other';
  } catch {
    return 'unseen';
  }
}
