import { dirname, isAbsolute } from 'node:path';
import type { Context } from '../context.ts';
import type { Warning } from '../errors.ts';
import { fileStat } from '../fileStat.ts';
import type { StoreOptions } from '../ledger/store.ts';
import type { LedgerPlace } from '../settings/ledgerPath.ts';
import type { Settings } from '../settings/settings.ts';
import { howToStay, judgeTemporary } from '../settings/temporaryFolder.ts';

/** The words with which a deployment or a ledger begins. */
const begins = new Set(['init', 'start', 'run']);
/** Those that make nothing, wherever the ledger is. */
const onlyLooks = new Set(['doctor', 'push']);

/**
 * What a command may do at the ledger's place. The host's folder is made where a deployment or a ledger begins and by
 * nothing else: one that is there hides no other, and none appears because somebody looked.
 */
export function rulesOfPlace(
  context: Context,
  { place, word }: { place: LedgerPlace; word: string },
): Pick<StoreOptions, 'makes' | 'judgePlace' | 'keepsBeside'> {
  const folder = dirname(place.path);
  if (place.kind === 'temporary') {
    const judgePlace = (make: boolean) => judgeTemporary(context, { path: place.path, make });
    const keepsBeside = () => isRight(() => judgePlace(true));
    return { makes: !onlyLooks.has(word), judgePlace, keepsBeside };
  }
  if (place.kind !== 'host') return { makes: !onlyLooks.has(word) };
  const isThere = begins.has(word) || fileStat(folder) !== null;
  return { makes: isThere && !onlyLooks.has(word), keepsBeside: () => fileStat(folder) !== null };
}

function isRight(judge: () => void): boolean {
  try {
    judge();
    return true;
  } catch {
    return false;
  }
}

/** What whoever begins should know of the place. */
export function warningsOfPlace({
  place,
  settings,
  word,
}: {
  place: LedgerPlace;
  settings: Settings;
  word: string;
}): Warning[] {
  if (!begins.has(word)) return [];
  if (place.kind === 'temporary') return [mayNotLast(place.path)];
  const relative = relativeSetting(settings);
  return relative === null ? [] : [relative];
}

export function mayNotLast(path: string): Warning {
  return {
    code: 'PLACE',
    message: `the ledger ${path} lies in the temporary folder, because this account has no home: it may not last`,
    hint: howToStay,
  };
}

/** A variable is inherited, the working folder changes on the way. */
export function relativeSetting(settings: Settings): Warning | null {
  const said = settings.of('ledger');
  if (said === null || said.from !== 'environment' || isAbsolute(said.text)) return null;
  return {
    code: 'PLACE',
    message: `${said.source} is relative: after a \`cd\` it means another ledger`,
    hint: 'name the whole path',
  };
}
