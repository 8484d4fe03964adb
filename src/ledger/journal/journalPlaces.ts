import { basename, join } from 'node:path';

/** The files for marks while the ledger cannot be written. */
export interface JournalPlaces {
  readonly ledgerPath: string;
  /** Tried when the ledger's own folder is full or read-only. */
  readonly fallbackFolders: readonly string[];
  /** Our account, which has its own folder in each fallback that others can write to; undefined on Windows. */
  readonly uid: number | undefined;
  /** Whether a journal may be created next to the ledger, with the folder; the default is yes. */
  readonly keepsBeside?: () => boolean;
}

export function journalPath(ledgerPath: string): string {
  return `${ledgerPath}.journal`;
}

/** Every journal that may contain marks for this ledger: next to it, then the fallbacks, the rotated one first. */
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

/** In a folder that everyone can write to, no other account can put anything into ours. */
export function ownFolder(folder: string, uid: number): string {
  return join(folder, `deploytrack-${uid}`);
}

/** One name per path, readable instead of hashed: characters that a file name cannot contain are replaced. */
export function fallbackName(ledgerPath: string): string {
  return `deploytrack-${basename(ledgerPath)}-${[...ledgerPath].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7).toString(16)}.journal`;
}
