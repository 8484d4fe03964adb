import { dirname, isAbsolute } from 'node:path';
import type { Policy } from '../cli/define/command.ts';
import type { Parsed } from '../cli/define/parsed.ts';
import type { InputShape } from '../cli/define/readInput.ts';
import type { Context } from '../context.ts';
import type { Warning } from '../errors.ts';
import { fileStat } from '../files/fileStat.ts';
import { saveWarnings } from '../ledger/saveWarnings.ts';
import { Store, type StoreOptions } from '../ledger/store.ts';
import { lostOutput, reportWarnings } from '../report/messages/warnings.ts';
import type { Session } from '../session.ts';
import { fallbackFolders, type LedgerPlace, ledgerPath } from '../settings/ledgerPath.ts';
import { readSettingsFile } from '../settings/readFile.ts';
import { readSettings, type Settings } from '../settings/settings.ts';
import { howToStay, judgeTemporary } from '../settings/temporaryFolder.ts';

/** Reads the settings and prepares the store for a command; nothing is opened yet. Throws usage errors. */
export function openSession(
  context: Context,
  {
    command,
    options,
  }: { command: Session['command'] & Partial<Pick<InputShape, 'options'>>; options: Parsed['options'] },
): Session {
  const { policy } = command;
  const strictly = policy.onWrongSetting === 'usage-error';
  const settings = readSettings(context, {
    ...{ options, readFile: readSettingsFile, strictly },
    ...(command.options === undefined ? {} : { own: command.options }),
  });
  const place = ledgerPath(context, settings);
  const warnings = [...settings.problems, ...warningsOfPlace({ place, settings, policy })];
  const store = new Store(context, {
    ledgerPath: place.path,
    fallbackFolders: fallbackFolders(context, settings),
    uid: context.uid,
    ledgerTimeoutMs: settings.durationMs('ledger-timeout'),
    migrate: policy.migrates,
    staysOpen: policy.staysOpen,
    ...rulesOfPlace(context, { place, policy }),
    warn: (warning) => warnings.push(warning),
  });
  return { command, context, settings, store, warnings };
}

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

/**
 * The last step of every command: reports the warnings and stores them for `doctor`. The ledger stays open: closing the
 * last connection would checkpoint its log, which is `finish`'s work and not a mark's. Returns the given exit code, or
 * 1 if `--strict` does not accept that recording or pushing failed.
 */
export async function endCommand(
  session: Session,
  { code, kept = 0 }: { code: number; kept?: number },
): Promise<number> {
  const { context, settings, store, warnings } = session;
  const target = settings.value('warnings');
  reportWarnings(context, { warnings, target });
  const lost = session.command.policy.onLostOutput === 'fail' ? null : lostOutput(context);
  if (lost !== null) {
    const warning: Warning = { code: 'OUTPUT', message: lost, failed: 'recording' };
    warnings.push(warning);
    reportWarnings(context, { warnings: [warning], target });
  }
  const unkept = warnings.slice(kept);
  if (store.isOpen && unkept.length > 0) {
    const mark = { deploymentId: null, at: context.instant() };
    await store.write((database) => saveWarnings(database, { warnings: unkept, mark })).catch(() => {});
  }
  const failed = warnings.some((warning) => warning.failed !== undefined);
  return code === 0 && failed && settings.strict ? 1 : code;
}
