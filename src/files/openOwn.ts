import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats } from 'node:fs';

/** Why a file next to the ledger was left alone. */
export type Oddity = 'link' | 'foreign-link' | 'not-regular' | 'several-names' | 'foreign' | 'no-lines';

const said: Readonly<Record<Oddity, string>> = {
  link: 'it is a link',
  'foreign-link': 'it is a link of another account',
  'not-regular': 'it is not a regular file',
  'several-names': 'it has a second name (a hard link)',
  foreign: 'it belongs to another account',
  'no-lines': 'it has megabytes without a line end',
};

/** The path is not something that we would have created; it was not touched. `message` says what it is. */
export class OddFile extends Error {
  readonly oddity: Oddity;

  constructor(oddity: Oddity) {
    super(said[oddity]);
    this.name = 'OddFile';
    this.oddity = oddity;
  }
}

export interface OpenRules {
  /** `append` also reads, and creates the file if there is none; `create` requires that there is none. */
  readonly access: 'read' | 'append' | 'create';
  /** Permissions of a new file. */
  readonly mode?: number;
  /** The accounts whose file is accepted; undefined on Windows, and if the folder decides who may write. */
  readonly owners: readonly number[] | undefined;
}

export interface OpenedFile {
  /** To be closed by the caller. */
  readonly descriptor: number;
  readonly stat: Stats;
}

/**
 * Opens a file of our own in a folder that other accounts may be able to write to: never through a link, never a device
 * or a pipe (without waiting for one), never a file that has a second name or belongs to another account. Checked by
 * the descriptor, so that it cannot be exchanged meanwhile. Null if there is nothing to read. Throws OddFile, or the
 * error of the file system.
 */
export function openOwn(path: string, { access, mode = 0o600, owners }: OpenRules): OpenedFile | null {
  const descriptor = open(path, { access, mode });
  if (descriptor === null) return null;
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new OddFile('not-regular');
    if (stat.nlink > 1) throw new OddFile('several-names');
    if (owners !== undefined && !owners.includes(stat.uid)) throw new OddFile('foreign');
    return { descriptor, stat };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

const { O_RDONLY, O_RDWR, O_APPEND, O_CREAT, O_EXCL } = constants;
// Neither exists on Windows, where links are checked before.
const careful = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const flags = {
  read: O_RDONLY,
  append: O_RDWR | O_APPEND | O_CREAT,
  create: O_RDWR | O_CREAT | O_EXCL,
} as const;

function open(path: string, { access, mode }: Required<Omit<OpenRules, 'owners'>>): number | null {
  try {
    if (constants.O_NOFOLLOW === undefined && isLink(path)) throw new OddFile('link');
    return openSync(path, flags[access] | careful, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && access === 'read') return null;
    if (code === 'ELOOP' || code === 'EMLINK') throw new OddFile('link');
    // A FIFO without a reader, a socket, a folder.
    if (code === 'ENXIO' || code === 'EISDIR') throw new OddFile('not-regular');
    throw error;
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
