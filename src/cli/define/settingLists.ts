import type { SettingNames } from './option.ts';

/** The settings that do something in commands of a kind: what their help lists. All are accepted everywhere. */
const recording = ['ledger', 'ledger-timeout', 'journal-fallback', 'strict', 'warnings'] as const;
const pushing = ['gateway', 'gateway-timeout', 'textfile'] as const;

/** Of what records something of a deployment. */
export const ofMarks: SettingNames = ['id', 'deployment', 'environment', 'service', ...pushing, ...recording];
export const ofUnsentMarks: SettingNames = ['id', 'deployment', 'environment', 'service', ...recording];
/** Of what starts a deployment. */
export const ofStarts: SettingNames = [
  'version',
  'method',
  'triggered-by',
  'id',
  'deployment',
  'environment',
  'service',
  'instance',
  'abandon-after',
  ...pushing,
  'adopt-timeout',
  ...recording,
];
export const ofReading: SettingNames = ['deployment', 'environment', 'ledger', 'warnings'];
export const ofPushing: SettingNames = [...pushing, 'adopt-timeout', 'ledger', 'strict', 'warnings'];
