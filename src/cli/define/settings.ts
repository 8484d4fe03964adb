import { parseDurationMs } from '../../duration.ts';
import { amountLimits } from '../../model.ts';
import type { OptionData } from './option.ts';

/** A setting: an option that can also be set by an environment variable and a key of the settings file. */
export interface SettingData extends OptionData {
  readonly variable: string;
  /** Accepted only by commands that list it. */
  readonly ownOnly?: true;
  /** The source of its value if it is not set: depends on the command, the CI or the host. */
  readonly inferred?: string;
}

const wait = { type: 'duration', value: 'duration', max: amountLimits.waitMs.max } as const;
const age = { ...wait, max: amountLimits.ageMs.max } as const;
const name = { type: 'name', value: 'name' } as const;

/** How long a command may take for pushing, unless --gateway-timeout is given. */
export const sendBudgets = { mark: '250ms', bracket: '2s', push: '5s' } as const;

/** Every setting: its option, variable, kind, default and help. The order is that of `doctor` and the docs. */
export const settings = {
  ledger: {
    type: 'file',
    value: 'file',
    variable: 'DEPLOYTRACK_LEDGER',
    help: 'SQLite file that everything is recorded in',
    inferred: 'see `Where the ledger is`',
  },
  deployment: {
    ...name,
    variable: 'DEPLOYTRACK_DEPLOYMENT',
    help: 'name of what is deployed',
    inferred: "`start`, `run`: the repository's name, from the CI or the git remote",
  },
  environment: {
    ...name,
    variable: 'DEPLOYTRACK_ENVIRONMENT',
    default: 'production',
    help: 'production, staging, …',
  },
  service: {
    ...name,
    variable: 'DEPLOYTRACK_SERVICE',
    help: 'part of what is deployed',
    inferred: "the deployment's name",
  },
  version: {
    type: 'line',
    value: 'v',
    variable: 'DEPLOYTRACK_VERSION',
    ownOnly: true,
    help: 'tag or commit of what is deployed',
    inferred: "`start`, `run`: the CI's tag or commit, otherwise git HEAD, otherwise `unknown`",
  },
  method: {
    type: 'words',
    value: 'method',
    variable: 'DEPLOYTRACK_METHOD',
    ownOnly: true,
    help: 'how it is deployed: azure-arc, …',
    inferred: 'the detected CI (`github-actions`, `gitlab-ci`, …), otherwise `manual`',
  },
  'triggered-by': {
    type: 'words',
    value: 'who',
    variable: 'DEPLOYTRACK_TRIGGERED_BY',
    ownOnly: true,
    help: 'who or what triggered it',
    inferred: "the CI's actor, otherwise the user",
  },
  gateway: {
    type: 'urls',
    value: 'url,…',
    variable: 'PUSHGATEWAY_URL',
    help: 'Pushgateway to push metrics to; of several, each host uses one',
    inferred: 'none: nothing is pushed',
  },
  'gateway-failover': {
    type: 'flag',
    variable: 'DEPLOYTRACK_GATEWAY_FAILOVER',
    default: 'off',
    help: 'of several gateways, use the next one while that of this host is down',
  },
  'gateway-proxy': {
    type: 'proxy',
    value: 'url',
    variable: 'DEPLOYTRACK_GATEWAY_PROXY',
    offered: ['environment'],
    help: 'HTTP proxy for the Pushgateway; environment: as https_proxy, http_proxy and no_proxy say',
    inferred: 'none: the Pushgateway is contacted directly',
  },
  'gateway-timeout': {
    ...wait,
    variable: 'DEPLOYTRACK_GATEWAY_TIMEOUT',
    help: 'time limit for all requests to the Pushgateway',
    otherwise: `${sendBudgets.mark} for a mark, ${sendBudgets.bracket} for init, start and finish, ${sendBudgets.push} for push`,
  },
  'adopt-timeout': {
    ...wait,
    variable: 'DEPLOYTRACK_ADOPT_TIMEOUT',
    default: '10s',
    help: 'time limit for reading existing metrics from the Pushgateway',
  },
  'ledger-timeout': {
    ...wait,
    variable: 'DEPLOYTRACK_LEDGER_TIMEOUT',
    default: '2s',
    help: 'how long to wait for a locked ledger before using the journal',
  },
  'abandon-after': {
    ...age,
    variable: 'DEPLOYTRACK_ABANDON_AFTER',
    default: '1h',
    help: 'treat a deployment as abandoned after this long without a mark or a running process',
  },
  'journal-fallback': {
    type: 'folder',
    value: 'dir',
    variable: 'DEPLOYTRACK_JOURNAL_FALLBACK',
    help: 'where to save marks if the disk of the ledger is full',
    otherwise: 'XDG_RUNTIME_DIR, /dev/shm, the temporary folder',
  },
  textfile: {
    type: 'folder',
    value: 'dir',
    variable: 'DEPLOYTRACK_TEXTFILE',
    help: "also write metrics to this folder, for node_exporter's textfile collector",
  },
  store: {
    type: 'store',
    value: 'url',
    variable: 'DEPLOYTRACK_STORE_URL',
    ownOnly: true,
    help: 'central store for the rows of many hosts',
    inferred: 'none: rows stay in the ledger',
  },
  instance: {
    ...name,
    variable: 'DEPLOYTRACK_INSTANCE',
    help: 'host that the service runs on',
    inferred: 'the host name; on hosted runners `<ci>-<repository>`',
  },
  strict: {
    type: 'flag',
    variable: 'DEPLOYTRACK_STRICT',
    default: 'off',
    help: 'exit 1 if recording or pushing failed',
  },
  warnings: {
    type: 'warnings',
    value: 'target',
    variable: 'DEPLOYTRACK_WARNINGS',
    default: 'stderr',
    offered: ['stderr', 'stdout', 'off', 'file:'],
    help: 'where warnings go: stderr, stdout, off or file:<path>',
  },
  id: { type: 'id', value: 'id', variable: 'DEPLOYTRACK_ID', help: 'ID of the deployment' },
  'id-file': {
    type: 'file',
    value: 'file',
    variable: 'DEPLOYTRACK_ID_FILE',
    help: 'file with that ID: `start` writes it, `finish` removes it',
  },
} as const satisfies Readonly<Record<string, SettingData>>;

export type SettingName = keyof typeof settings;
/** The settings that have one default. */
export type DefaultedName = {
  [Name in SettingName]: (typeof settings)[Name] extends { readonly default: string } ? Name : never;
}[SettingName];
export const settingNames = Object.keys(settings) as SettingName[];
/** The settings that every command accepts. */
export const commonSettings = settingNames.filter((name) => settingOf(name).ownOnly !== true);

export function settingOf(name: SettingName): SettingData {
  return settings[name];
}

/** A default in milliseconds. */
export function defaultMs(name: DefaultedName): number {
  return parseDurationMs(settings[name].default) ?? Number.NaN;
}

export function sendBudgetMs(kind: keyof typeof sendBudgets): number {
  return parseDurationMs(sendBudgets[kind]) ?? Number.NaN;
}
