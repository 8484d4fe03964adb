import { basename, join } from 'node:path';

/** Where marks go when the ledger cannot take them. */
export interface JournalPlaces {
  readonly ledgerPath: string;
  /** Tried when the ledger's own folder is full or read-only. */
  readonly fallbackFolders: readonly string[];
  /** Our account, which has a folder of its own in each fallback that others may write; undefined on Windows. */
  readonly uid: number | undefined;
  /** Whether a journal may be made beside the ledger, with the folder; the default is yes. */
  readonly keepsBeside?: () => boolean;
}

export function journalPath(ledgerPath: string): string {
  return `${ledgerPath}.journal`;
}

/** Every journal that may hold marks for this ledger: beside it, then the fallbacks, the rotated one first. */
export function journalPaths(places: JournalPlaces): string[] {
  const beside = journalPath(places.ledgerPath);
  const name = fallbackName(places.ledgerPath);
  return [
    `${beside}.old`,
    beside,
    ...places.fallbackFolders.flatMap((folder) => [
      ...(places.uid === undefined ? [] : [join(ownFolder(folder, places.uid), name)]),
      join(folder, name),
    ]),
  ];
}

/** In a folder for everybody nobody else can lay anything there. */
export function ownFolder(folder: string, uid: number): string {
  return join(folder, `deploytrack-${uid}`);
}

/** One name for one path, without a hash of its own: the path with what no file name may hold made plain. */
export function fallbackName(ledgerPath: string): string {
  return `deploytrack-${basename(ledgerPath)}-${[...ledgerPath].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7).toString(16)}.journal`;
}
