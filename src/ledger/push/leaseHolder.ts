import type { ProcessIdentity } from '../../marks.ts';

/** A sender: its process, and a number that distinguishes its turns. */
export interface LeaseHolder extends ProcessIdentity {
  readonly unique: string;
}

/** The format of `groups.lease_holder`. */
export function holderText({ pid, started, boot, pidNamespace, unique }: LeaseHolder): string {
  return JSON.stringify({ pid, started, boot, pidNamespace, unique });
}

/** The process that holds a lease; null if the text, of an older version, does not name it. */
export function holderOf(text: string): ProcessIdentity | null {
  try {
    const found = JSON.parse(text) as Partial<ProcessIdentity> | null;
    if (typeof found?.pid !== 'number') return null;
    const { pid, started = null, boot = null, pidNamespace = null } = found;
    return { pid, started, boot, pidNamespace };
  } catch {
    return null;
  }
}
