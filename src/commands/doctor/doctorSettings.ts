import type { Session } from '../../session.ts';
import { ledgerPath } from '../../settings/ledgerPath.ts';
import { type SettingName, settingNames } from '../../settings/table.ts';
import { shownGateway } from '../../sinks/gatewayAddress.ts';
import { visible } from '../../visible.ts';

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
/** What is shown only by whether it is set: the variable's two halves, and what it is for. */
const secrets: readonly (readonly [string, string, string])[] = [
  ...['USERNAME', 'PASSWORD', 'TOKEN', 'CA', 'HEADERS'].map(
    (name) => ['DEPLOYTRACK_GATEWAY_', name, `gateway ${name.toLowerCase()}`] as const,
  ),
  ['DEPLOYTRACK_HEALTH_', 'HEADERS', 'health headers'],
  ...['GITHUB_SECRET', 'GITLAB_TOKEN', 'GENERIC_SECRET'].map(
    (name) => ['DEPLOYTRACK_WEBHOOK_', name, `webhook ${name.toLowerCase().replace('_', ' ')}`] as const,
  ),
];

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
  for (const [prefix, name, shown] of secrets)
    rows.push([shown, ...secretState(context, `${prefix}${name}`)]);
  rows.push(['settings file', settings.filePath ?? '-', settings.filePath === null ? 'none found' : 'found']);
  const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
  return rows.map(
    ([name, value, source]) => `${name.padEnd(width(0))}  ${value.padEnd(Math.min(width(1), 60))}  ${source}`,
  );
}

/** Whether a secret is set, and by which variable: its own, or the one that names a file. */
function secretState({ env }: Session['context'], name: string): [string, string] {
  const variable = [name, `${name}_FILE`].find((one) => (env[one] ?? '') !== '');
  return [variable === undefined ? '-' : '(set)', variable ?? 'default'];
}
