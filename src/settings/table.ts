/** Every setting: its option, its variable, and what its text must be. Defaults stand where they are used. */

export type SettingKind =
  | 'path'
  | 'file'
  | 'name'
  | 'text'
  | 'words'
  /** How long something waits. */
  | 'wait'
  /** How old something is. */
  | 'age'
  | 'url'
  | 'flag'
  | 'warnings'
  | 'id';

export interface SettingRow {
  readonly kind: SettingKind;
  /** The environment variable; null where there is none. */
  readonly variable: string | null;
}

export const settingTable = {
  ledger: { kind: 'file', variable: 'DEPLOYTRACK_LEDGER' },
  deployment: { kind: 'name', variable: 'DEPLOYTRACK_DEPLOYMENT' },
  environment: { kind: 'name', variable: 'DEPLOYTRACK_ENVIRONMENT' },
  service: { kind: 'name', variable: 'DEPLOYTRACK_SERVICE' },
  version: { kind: 'text', variable: 'DEPLOYTRACK_VERSION' },
  method: { kind: 'words', variable: 'DEPLOYTRACK_METHOD' },
  'triggered-by': { kind: 'words', variable: 'DEPLOYTRACK_TRIGGERED_BY' },
  gateway: { kind: 'url', variable: 'PUSHGATEWAY_URL' },
  'gateway-timeout': { kind: 'wait', variable: 'DEPLOYTRACK_GATEWAY_TIMEOUT' },
  'adopt-timeout': { kind: 'wait', variable: 'DEPLOYTRACK_ADOPT_TIMEOUT' },
  'ledger-timeout': { kind: 'wait', variable: 'DEPLOYTRACK_LEDGER_TIMEOUT' },
  'abandon-after': { kind: 'age', variable: 'DEPLOYTRACK_ABANDON_AFTER' },
  'journal-fallback': { kind: 'path', variable: 'DEPLOYTRACK_JOURNAL_FALLBACK' },
  textfile: { kind: 'path', variable: 'DEPLOYTRACK_TEXTFILE' },
  instance: { kind: 'name', variable: 'DEPLOYTRACK_INSTANCE' },
  strict: { kind: 'flag', variable: 'DEPLOYTRACK_STRICT' },
  warnings: { kind: 'warnings', variable: 'DEPLOYTRACK_WARNINGS' },
  id: { kind: 'id', variable: 'DEPLOYTRACK_ID' },
} as const satisfies Readonly<Record<string, SettingRow>>;

export type SettingName = keyof typeof settingTable;
export const settingNames = Object.keys(settingTable) as SettingName[];
