import type { SettingNames } from './option.ts';

/** The settings that affect commands of a kind, as listed in their help. All are accepted everywhere. */
const recording = ['ledger', 'ledger-timeout', 'journal-fallback', 'strict', 'warnings'] as const;
const pushing = ['gateway', 'gateway-timeout', 'textfile'] as const;

/** For commands that record something of a deployment. */
export const ofMarks: SettingNames = ['id', 'deployment', 'environment', 'service', ...pushing, ...recording];
export const ofUnsentMarks: SettingNames = [
  'id',
  'id-file',
  'deployment',
  'environment',
  'service',
  ...recording,
];
/** For commands that start a deployment. */
export const ofStarts: SettingNames = [
  'version',
  'method',
  'triggered-by',
  'id',
  'id-file',
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
export const ofPushing: SettingNames = [
  ...pushing,
  'gateway-proxy',
  'gateway-failover',
  'adopt-timeout',
  'ledger',
  'strict',
  'warnings',
];
