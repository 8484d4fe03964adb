import type { Context } from '../context.ts';
import { Store } from '../ledger/store.ts';
import type { Cold, Session } from '../session.ts';
import { fallbackFolders, ledgerPath } from '../settings/ledgerPath.ts';
import { readSettingsFile } from '../settings/readFile.ts';
import { readSettings } from '../settings/settings.ts';
import type { Invocation } from '../words/invocation.ts';
import { rulesOfPlace, warningsOfPlace } from './ledgerPlace.ts';

const defaultLedgerTimeoutMs = 2000;

/**
 * Reads the settings and prepares the store; nothing is opened yet. `strictly`: a wrong value in environment or
 * file is a usage error (reading commands). Throws usage errors.
 */
export function openSession(
  context: Context,
  {
    invocation,
    cold,
    strictly = false,
    migrate = false,
    tells = strictly,
  }: { invocation: Invocation; cold: () => Cold; strictly?: boolean; migrate?: boolean; tells?: boolean },
): Session {
  const settings = readSettings(context, {
    options: invocation.options,
    readFile: readSettingsFile,
    strictly,
  });
  const { word } = invocation;
  const place = ledgerPath(context, settings);
  const warnings = [...settings.problems, ...warningsOfPlace({ place, settings, word })];
  const store = new Store(context, {
    ledgerPath: place.path,
    fallbackFolders: fallbackFolders(context, settings),
    uid: context.uid,
    ledgerTimeoutMs: settings.durationMs('ledger-timeout') ?? defaultLedgerTimeoutMs,
    migrate,
    staysOpen: word === 'serve',
    ...rulesOfPlace(context, { place, word }),
    cold,
    warn: (warning) => warnings.push(warning),
  });
  return { context, settings, store, warnings, tells, cold };
}
