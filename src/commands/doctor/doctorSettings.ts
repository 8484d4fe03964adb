import type { Session } from '../../session.ts';
import { ledgerPath } from '../../settings/ledgerPath.ts';
import { type SettingName, settingNames } from '../../settings/table.ts';
import { shownGateway } from '../../sinks/gatewayAddress.ts';
import { visible } from '../../visible.ts';
import { secretState, secrets, serveAuth } from './doctorSecrets.ts';

/** What holds where nothing is set; the other settings have none. */
const defaults: Readonly<Partial<Record<SettingName, string>>> = {
  environment: 'production',
  'gateway-timeout': '250ms for a mark, 2s for init, start and finish, 5s for push',
  'adopt-timeout': '10s',
  'ledger-timeout': '2s',
  'abandon-after': '1h',
  'journal-fallback': 'XDG_RUNTIME_DIR, /dev/shm, the temporary folder',
  warnings: 'stderr',
  strict: 'off',
};
/** Each setting, its value and its source, aligned; secrets only by whether they are set. */
export function settingLines(session: Session): string[] {
  const { settings, context } = session;
  const ledger = ledgerPath(context, settings);
  const rows: [string, string, string][] = [];
  for (const name of settingNames) {
    const setting = settings.of(name);
    if (name === 'ledger') rows.push([name, ledger.path, ledger.source]);
    else if (setting === null) rows.push([name, defaults[name] ?? '-', 'default']);
    else
      rows.push([
        name,
        visible(name === 'gateway' ? shownGateway(setting.text) : setting.text),
        setting.source,
      ]);
  }
  for (const { variable, shown } of secrets) rows.push([shown, ...secretState(context, variable)]);
  rows.push(['serve auth', serveAuth(context), 'what readers of `deploytrack serve` prove themselves with']);
  rows.push(['settings file', settings.filePath ?? '-', settings.filePath === null ? 'none found' : 'found']);
  const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
  return rows.map(
    ([name, value, source]) => `${name.padEnd(width(0))}  ${value.padEnd(Math.min(width(1), 60))}  ${source}`,
  );
}
