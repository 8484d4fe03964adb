import { secrets } from '../cli/define/secrets.ts';
import { type SettingName, settingNames, settingOf } from '../cli/define/settings.ts';
import { ownSettings } from '../cli/table/ownSettings.ts';
import { shownGateways } from '../push/gateway/gatewayAddress.ts';
import type { Session } from '../session.ts';
import { storeUrlFile } from '../settings/hasStore.ts';
import { fallbackFolders, ledgerPath } from '../settings/ledgerPath.ts';
import { shownStore } from '../settings/storeUrl.ts';
import { counted } from '../text/counted.ts';
import { visible } from '../text/visible.ts';
import { secretState, serveAuth } from './secretState.ts';

/** A setting as it is in use. */
export interface SettingInUse {
  readonly name: string;
  /** For a secret only whether it is set. */
  readonly value: string;
  readonly source: string;
}

/** Each setting with its value and source. */
export function settingsInUse(session: Session): SettingInUse[] {
  const { settings, context } = session;
  const rows = [
    ...settingNames.map((name) => settingRow(session, name)),
    ...ownSettings.map(({ name, default: fallback = '-' }): Row => {
      const setting = settings.ofOption(name);
      return [name, visible(setting?.text ?? fallback), setting?.source ?? 'default'];
    }),
    ...secrets.map(({ variable, title }): Row => [title, ...secretState(context, variable)]),
    ['serve auth', serveAuth(context), 'how clients of `deploytrack serve` authenticate'] as Row,
    ['settings file', settings.filePath ?? '-', settings.filePath === null ? 'none found' : 'found'] as Row,
  ];
  return rows.map(([name, value, source]) => ({ name, value, source }));
}

type Row = [name: string, value: string, source: string];

function settingRow({ settings, context }: Session, name: SettingName): Row {
  const setting = settings.of(name);
  const ledger = ledgerPath(context, settings);
  if (name === 'ledger') return [name, ledger.path, ledger.source];
  if (setting === null && name === 'journal-fallback')
    return [name, fallbackFolders(context, settings).join(', '), 'default'];
  if (setting === null && name === 'store') return [name, ...storeOfFile(context)];
  if (setting === null) return [name, defaultOf(name), 'default'];
  return [name, visible(shown(name, setting.text)), setting.source];
}

/** No file is read for a list: it may be on a mount that does not respond. */
function storeOfFile({ env }: Session['context']): [value: string, source: string] {
  const file = env[storeUrlFile];
  if (file === undefined) return [defaultOf('store'), 'default'];
  return [file === '' ? '(empty)' : '(set)', storeUrlFile];
}

/** Without what may be a secret. */
function shown(name: SettingName, text: string): string {
  if (name === 'gateway' || name === 'gateway-proxy') return shownGateways(text);
  return name === 'store' ? shownStore(text) : text;
}

function defaultOf(name: SettingName): string {
  const { default: value, otherwise } = settingOf(name);
  return value ?? otherwise ?? '-';
}

/** Aligned in columns. If `isShort`, only the settings that are set, and the number of the others. */
export function settingLines(session: Session, { isShort }: { isShort: boolean }): string[] {
  const all = settingsInUse(session);
  const rows = isShort ? all.filter(isSet) : all;
  const width = (column: 'name' | 'value') => Math.max(0, ...rows.map((row) => row[column].length));
  const widths = { name: width('name'), value: Math.min(width('value'), 60) };
  const left = all.length - rows.length;
  return [
    ...rows.map(
      ({ name, value, source }) => `${name.padEnd(widths.name)}  ${value.padEnd(widths.value)}  ${source}`,
    ),
    ...(left === 0 ? [] : [`${counted(left, 'setting')} with the default; --all lists them`]),
  ];
}

/** The ledger is always of interest. */
function isSet({ name, value, source }: SettingInUse): boolean {
  if (name === 'ledger') return true;
  return source !== 'default' && value !== '-' && value !== 'none';
}
