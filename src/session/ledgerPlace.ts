import { dirname, isAbsolute } from 'node:path';
import type { Policy } from '../cli/define/command.ts';
import type { Context } from '../context.ts';
import type { Warning } from '../errors.ts';
import { fileStat } from '../files/fileStat.ts';
import type { StoreOptions } from '../ledger/store.ts';
import type { LedgerPlace } from '../settings/ledgerPath.ts';
import type { Settings } from '../settings/settings.ts';
import { howToStay, judgeTemporary } from '../settings/temporaryFolder.ts';

/**
 * What a command may create at the ledger's location. The host's folder is created only when a deployment or a ledger
 * begins: it must not hide another ledger, nor appear because of a reading command.
 */
export function rulesOfPlace(
  context: Context,
  { place, policy }: { place: LedgerPlace; policy: Pick<Policy, 'ledger'> },
): Pick<StoreOptions, 'makes' | 'judgePlace' | 'keepsBeside'> {
  const folder = dirname(place.path);
  const makes = policy.ledger !== 'looks';
  if (place.kind === 'temporary') {
    const judgePlace = (make: boolean) => judgeTemporary(context, { path: place.path, make });
    const keepsBeside = () => isRight(() => judgePlace(true));
    return { makes, judgePlace, keepsBeside };
  }
  if (place.kind !== 'host') return { makes };
  const isThere = policy.ledger === 'begins' || fileStat(folder) !== null;
  return { makes: isThere && makes, keepsBeside: () => fileStat(folder) !== null };
}

function isRight(judge: () => void): boolean {
  try {
    judge();
    return true;
  } catch {
    return false;
  }
}

/** Warnings about the location for a command that begins a deployment. */
export function warningsOfPlace({
  place,
  settings,
  policy,
}: {
  place: LedgerPlace;
  settings: Settings;
  policy: Pick<Policy, 'ledger'>;
}): Warning[] {
  if (policy.ledger !== 'begins') return [];
  if (place.kind === 'temporary') return [mayNotLast(place.path)];
  const relative = relativeSetting(settings);
  return relative === null ? [] : [relative];
}

export function mayNotLast(path: string): Warning {
  return {
    code: 'PLACE',
    message: `the ledger ${path} is in the temporary folder because this account has no home; it may be deleted`,
    hint: howToStay,
  };
}

/** A variable is inherited, but the working folder changes on the way. */
export function relativeSetting(settings: Settings): Warning | null {
  const said = settings.of('ledger');
  if (said === null || said.from !== 'environment' || isAbsolute(said.text)) return null;
  return {
    code: 'PLACE',
    message: `${said.source} is a relative path; after a \`cd\` it means another ledger`,
    hint: 'use an absolute path',
  };
}
