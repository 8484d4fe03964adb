import type { Parsed } from '../cli/define/parsed.ts';
import type { Context } from '../context.ts';
import { Store } from '../ledger/store.ts';
import type { Session } from '../session.ts';
import { fallbackFolders, ledgerPath } from '../settings/ledgerPath.ts';
import { readSettingsFile } from '../settings/readFile.ts';
import { readSettings } from '../settings/settings.ts';
import { rulesOfPlace, warningsOfPlace } from './ledgerPlace.ts';

/** Reads the settings and prepares the store for a command; nothing is opened yet. Throws usage errors. */
export function openSession(
  context: Context,
  { command, options }: { command: Session['command']; options: Parsed['options'] },
): Session {
  const { policy } = command;
  const strictly = policy.onWrongSetting === 'usage-error';
  const settings = readSettings(context, { options, readFile: readSettingsFile, strictly });
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
