import { secrets } from '../cli/define/secrets.ts';
import { type SettingName, settingNames, settingOf } from '../cli/define/settings.ts';
import { ownSettings } from '../cli/table/ownSettings.ts';
import { shownGateway } from '../push/gateway/gatewayAddress.ts';
import type { Session } from '../session.ts';
import { ledgerPath } from '../settings/ledgerPath.ts';
import { visible } from '../text/visible.ts';
import { secretState, serveAuth } from './doctorSecrets.ts';

/** Each setting with its value and source, aligned; for secrets only whether they are set. */
export function settingLines(session: Session): string[] {
  const { settings, context } = session;
  const ledger = ledgerPath(context, settings);
  const rows: [string, string, string][] = [];
  for (const name of settingNames) {
    const setting = settings.of(name);
    if (name === 'ledger') rows.push([name, ledger.path, ledger.source]);
    else if (setting === null) rows.push([name, defaultOf(name), 'default']);
    else
      rows.push([
        name,
        visible(name === 'gateway' || name === 'gateway-proxy' ? shownGateway(setting.text) : setting.text),
        setting.source,
      ]);
  }
  for (const { name, default: fallback = '-' } of ownSettings) {
    const setting = settings.ofOption(name);
    rows.push([name, visible(setting?.text ?? fallback), setting?.source ?? 'default']);
  }
  for (const { variable, title } of secrets) rows.push([title, ...secretState(context, variable)]);
  rows.push(['serve auth', serveAuth(context), 'how clients of `deploytrack serve` authenticate']);
  rows.push(['settings file', settings.filePath ?? '-', settings.filePath === null ? 'none found' : 'found']);
  const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
  return rows.map(
    ([name, value, source]) => `${name.padEnd(width(0))}  ${value.padEnd(Math.min(width(1), 60))}  ${source}`,
  );
}

function defaultOf(name: SettingName): string {
  const { default: value, otherwise } = settingOf(name);
  return value ?? otherwise ?? '-';
}
