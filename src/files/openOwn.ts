import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats } from 'node:fs';

/** Why a file beside the ledger was left alone. */
export type Oddity = 'link' | 'foreign-link' | 'not-regular' | 'several-names' | 'foreign' | 'no-lines';

const said: Readonly<Record<Oddity, string>> = {
  link: 'it is a link',
  'foreign-link': 'it is a link of another account',
  'not-regular': 'it is not a regular file',
  'several-names': 'it has a second name (a hard link)',
  foreign: 'it belongs to another account',
  'no-lines': 'it has megabytes without a line end',
};

/** What stands at the path is nothing that we would have made; it was not touched. `message` says what it is. */
export class OddFile extends Error {
  readonly oddity: Oddity;

  constructor(oddity: Oddity) {
    super(said[oddity]);
    this.name = 'OddFile';
    this.oddity = oddity;
  }
}

export interface OpenRules {
  /** `append` reads too and makes the file where there is none; `create` wants that there is none. */
  readonly access: 'read' | 'append' | 'create';
  /** Rights of a file that is made. */
  readonly mode?: number;
  /** The accounts whose file is accepted; undefined on Windows, and where the folder decides who may write. */
  readonly owners: readonly number[] | undefined;
}

export interface OpenedFile {
  /** To be closed by the caller. */
  readonly descriptor: number;
  readonly stat: Stats;
}

/**
 * Opens a file of our own making in a folder that others may be able to write: never through a link, never a device or a
 * pipe (and without waiting for one), never a file that has a second name or belongs to somebody else; judged by the
 * descriptor, so that nobody can exchange it meanwhile. Null where there is nothing to read. Throws OddFile, or what the
 * file system says.
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
// Neither exists on Windows, where the link is looked at before.
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
