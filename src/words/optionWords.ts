/** The options that words of the command line share, with their help texts. */

export interface OptionWord {
  readonly name: string;
  /** What follows; in brackets where it may be missing; absent for a flag. */
  readonly value?: string;
  readonly help: string;
  /** May be said several times. */
  readonly many?: boolean;
  /** What the shell offers; other values may be right too where the help says so. */
  readonly choices?: readonly string[];
}

export const common: readonly OptionWord[] = [
  { name: 'id', value: 'id', help: 'the deployment (DEPLOYTRACK_ID)' },
  { name: 'ledger', value: 'file', help: 'the SQLite file (DEPLOYTRACK_LEDGER)' },
  { name: 'deployment', value: 'name', help: 'what is deployed (DEPLOYTRACK_DEPLOYMENT)' },
  { name: 'environment', value: 'name', help: 'production, staging, … (DEPLOYTRACK_ENVIRONMENT)' },
  { name: 'service', value: 'name', help: 'a part of the deployment (DEPLOYTRACK_SERVICE)' },
  { name: 'gateway', value: 'url', help: 'the Pushgateway (PUSHGATEWAY_URL); none: nothing is sent' },
  { name: 'gateway-timeout', value: 'duration', help: 'for all requests of this command together' },
  { name: 'adopt-timeout', value: 'duration', help: 'for reading what the gateway holds (10s)' },
  { name: 'ledger-timeout', value: 'duration', help: 'how long a mark waits for a locked ledger (2s)' },
  { name: 'abandon-after', value: 'duration', help: 'without a mark and a living process (1h)' },
  { name: 'journal-fallback', value: 'dir', help: 'where marks go when the disk of the ledger is full' },
  { name: 'textfile', value: 'dir', help: "node_exporter's textfile folder" },
  { name: 'instance', value: 'name', help: 'the host where the service runs' },
  {
    name: 'warnings',
    value: 'where',
    help: 'stderr, stdout, off or file:<path>',
    choices: ['stderr', 'stdout', 'off', 'file:'],
  },
  { name: 'strict', help: 'exit 1 where recording or delivery failed' },
];
export const version: OptionWord = {
  name: 'version',
  value: 'v',
  help: 'what is deployed: tag or SHA (DEPLOYTRACK_VERSION)',
};
export const who: readonly OptionWord[] = [
  version,
  { name: 'method', value: 'm', help: 'how it is deployed: manual, azure-arc, …' },
  { name: 'triggered-by', value: 'who', help: 'who or what triggered it' },
  { name: 'previous-version', value: 'v', help: 'what it replaces (default: the version in service)' },
  { name: 'commit', value: 'sha', help: 'the commit' },
  { name: 'url', value: 'address', help: 'address of the CI run' },
  { name: 'triggered-at', value: 'time', help: 'when it was triggered, ISO 8601' },
  { name: 'notes', value: 'text', help: 'free words; @file and - read them' },
  { name: 'python', value: 'exe', help: 'the Python of the environment that is built; asked at finish' },
  { name: 'rollback-of', value: 'id', help: 'the deployment that this one takes back' },
  { name: 'join', help: 'continue the deployment of --id' },
  { name: 'exclusive', help: 'refuse while another one is open' },
  { name: 'take-over', help: 'close an open one that has no living process' },
  { name: 'wait', value: 'duration', help: 'wait for the turn' },
];
export const tracked: readonly OptionWord[] = [
  { name: 'track-file', value: 'path', help: 'keep the hash of this file at finish', many: true },
  {
    name: 'track-packages',
    value: 'manager',
    help: 'keep the installed packages at finish: pip, npm or dpkg',
    choices: ['pip', 'npm', 'dpkg'],
    many: true,
  },
];
export const judged: readonly OptionWord[] = [
  { name: 'timeout', value: 'duration', help: 'SIGTERM then, SIGKILL 10 s later, exit 124' },
  { name: 'allow-failure', help: 'a failure makes a warning of the deployment' },
  { name: 'try', help: 'a question or a retry: recorded, never judged' },
  {
    name: 'keep-stderr',
    help: 'keep the last 4 KiB of stderr in the row; stderr is a pipe then, no terminal',
  },
];
export const migrate: readonly OptionWord[] = [
  { name: 'count', value: 'n', help: 'how many migrations were applied' },
  { name: 'count-file', value: 'file', help: 'a file that holds the number' },
  {
    name: 'count-pattern',
    value: 'p',
    help: 'alembic, flyway, django, prisma, rails, ef-core or a regular expression; output is a pipe then, no terminal',
  },
  { name: 'database-file', value: 'file', help: 'keep the size of this file' },
];
export const extract: readonly OptionWord[] = [
  { name: 'artifact', value: 'file', help: 'keep the size of this file' },
  { name: 'download-seconds', value: 's', help: 'how long its download took' },
];
export const probe: OptionWord = { name: 'probe', value: 'url', help: 'measure downtime at this address' };
export const probeInterval: OptionWord = {
  name: 'probe-interval',
  value: 'duration',
  help: 'between two attempts (100ms)',
};
export const probeTimeout: OptionWord = {
  name: 'probe-timeout',
  value: 'duration',
  help: 'wait for an answer after the command (5s)',
};
export const cutover = [probe, probeInterval, probeTimeout];
export const phaseOperand = {
  name: 'phase',
  required: true,
  help: 'a lower-case letter, then letters, digits, _ or -',
};
export const health: readonly OptionWord[] = [
  { name: 'expect-version', value: 'v', help: "default: the deployment's" },
  { name: 'any-version', help: 'only the status counts' },
  { name: 'version-field', value: 'pointer', help: 'JSON pointer to the version (/version)' },
  { name: 'expect-status', value: 'code', help: '200' },
  { name: 'check-type', value: 'name', help: 'http; any name for a check by command' },
  { name: 'interval', value: 'duration', help: 'between two attempts (1s)' },
  { name: 'timeout', value: 'duration', help: 'for the whole verification (60s)' },
  { name: 'attempt-timeout', value: 'duration', help: 'for one attempt (5s)' },
  { name: 'consecutive', value: 'n', help: 'right answers in a row (1)' },
  { name: 'header', value: 'header', help: "'Name: value' or 'Name: @file'", many: true },
  { name: 'since', value: 'time', help: 'where time to healthy counts from without a cutover' },
  { name: 'watch', value: 'duration', help: 'go on after the first right answer' },
  { name: 'min-success', value: 'ratio', help: 'with --watch: the least share of right answers (0.95)' },
  { name: 'ca', value: 'pem', help: 'the authority to trust' },
  { name: 'insecure', help: 'trust any certificate' },
  { name: 'allow-failure', help: 'a failure makes a warning of the deployment' },
];
export const tableFormat: OptionWord = {
  name: 'format',
  value: 'format',
  help: 'table, json, csv or markdown',
  choices: ['table', 'json', 'csv', 'markdown'],
};
/** Of what is more than a table. */
export const textFormat: OptionWord = {
  name: 'format',
  value: 'format',
  help: 'table, json or markdown',
  choices: ['table', 'json', 'markdown'],
};
/** How a phase ended. */
export const phaseStatus: OptionWord = {
  name: 'status',
  value: 'status',
  help: 'success or failed',
  choices: ['success', 'failed'],
};
/** How a deployment ended, or that it runs. */
export const deploymentStatus: OptionWord = {
  name: 'status',
  value: 'status',
  help: 'in-progress, success, warning or failed',
  choices: ['in-progress', 'success', 'warning', 'failed'],
};
export const report: readonly OptionWord[] = [
  { name: 'limit', value: 'n', help: 'the last so many (history: 10)' },
  { name: 'since', value: 'time', help: 'a time, or how long ago: 2026-01-14, 7d' },
  deploymentStatus,
  tableFormat,
  { name: 'json', help: '--format json' },
];
export const closerStats: readonly OptionWord[] = [
  {
    name: 'by',
    value: 'what',
    help: 'version, upgrade, host or phase: which of them failed, were rolled back, cost downtime',
    choices: ['version', 'upgrade', 'host', 'phase'],
  },
  { name: 'phases', help: 'which phase takes most, and what can be done about it' },
  { name: 'budget', help: 'the error budget of the last 30 days, by cause; exit 1 when one is spent' },
  { name: 'month', value: 'month', help: 'with --budget: a calendar month, 2026-01' },
];
export const importing: readonly OptionWord[] = [
  { name: 'timezone', value: 'zone', help: "of times that say none: Europe/Berlin, +02:00 (the host's)" },
  { name: 'dry-run', help: 'say what would be taken in, and write nothing' },
  { name: 'json', help: 'the report as JSON, with every row that was refused' },
];
export const staleAfter: OptionWord = {
  name: 'stale-after',
  value: 'duration',
  help: 'when groups that are gone leave the gateway and /metrics (30d)',
};
