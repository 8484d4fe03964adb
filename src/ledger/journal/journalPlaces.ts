import { basename, join } from 'node:path';

/** Where marks go when the ledger cannot take them. */
export interface JournalPlaces {
  readonly ledgerPath: string;
  /** Tried when the ledger's own folder is full or read-only. */
  readonly fallbackFolders: readonly string[];
  /** Whether a journal may be made beside the ledger, with the folder; the default is yes. */
  readonly keepsBeside?: () => boolean;
}

export function journalPath(ledgerPath: string): string {
  return `${ledgerPath}.journal`;
}

/** Every journal that may hold marks for this ledger: beside it, then the fallbacks, the rotated one first. */
export function journalPaths(places: JournalPlaces): string[] {
  const beside = journalPath(places.ledgerPath);
  const name = `deploytrack-${uniqueName(places.ledgerPath)}.journal`;
  return [`${beside}.old`, beside, ...places.fallbackFolders.map((folder) => join(folder, name))];
}

/** One name for one path, without a hash of its own: the path with what no file name may hold made plain. */
function uniqueName(ledgerPath: string): string {
  return `${basename(ledgerPath)}-${[...ledgerPath].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7).toString(16)}`;
}
