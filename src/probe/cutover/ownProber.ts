import { closeSync, readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import type { Context } from '../../context.ts';
import { OddFile, openOwn } from '../../files/openOwn.ts';
import type { ProcessIdentity } from '../../marks.ts';
import { liveness } from '../../processes.ts';

/** The prefix of `spawnBackgroundProber`'s file; no other file is read as one, or removed. */
export const probeFilePrefix = 'deploytrack-probe-';

/** The last argument of a background prober. */
export const backgroundProberCommand = 'left-prober';

/**
 * Why a file that the ledger names as a prober's is left alone: this account did not create it. Null if it is ours, or
 * gone.
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
 * Whether a process may be ended: `own`: it runs, belongs to this account, and is a prober. `other`: it runs and is
 * something else. `unseen`: unknown from here; a prober ends by itself when its file is gone.
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
