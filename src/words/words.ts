/** Every word of the command line with its options and help texts: the face of the program as data. */

export interface OptionWord {
  readonly name: string;
  /** What follows; in brackets where it may be missing; absent for a flag. */
  readonly value?: string;
  readonly help: string;
  /** May be said several times. */
  readonly many?: boolean;
}

export interface Word {
  readonly name: string;
  readonly help: string;
  readonly operands: readonly { readonly name: string; readonly required: boolean; readonly help: string }[];
  readonly options: readonly OptionWord[];
  /** Options end at `--` or at the first word of the wrapped command. */
  readonly wraps: boolean;
  /** Takes a command behind `--` only. */
  readonly takesCommand?: boolean;
  readonly hidden?: boolean;
}

const common: readonly OptionWord[] = [
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
  { name: 'warnings', value: 'where', help: 'stderr, stdout, off or file:<path>' },
  { name: 'strict', help: 'exit 1 where recording or delivery failed' },
];
const version: OptionWord = {
  name: 'version',
  value: 'v',
  help: 'what is deployed: tag or SHA (DEPLOYTRACK_VERSION)',
};
const who: readonly OptionWord[] = [
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
const judged: readonly OptionWord[] = [
  { name: 'timeout', value: 'duration', help: 'SIGTERM then, SIGKILL 10 s later, exit 124' },
  { name: 'allow-failure', help: 'a failure makes a warning of the deployment' },
  { name: 'try', help: 'a question or a retry: recorded, never judged' },
  {
    name: 'keep-stderr',
    help: 'keep the last 4 KiB of stderr in the row; stderr is a pipe then, no terminal',
  },
];
const migrate: readonly OptionWord[] = [
  { name: 'count', value: 'n', help: 'how many migrations were applied' },
  { name: 'count-file', value: 'file', help: 'a file that holds the number' },
  {
    name: 'count-pattern',
    value: 'p',
    help: 'alembic, flyway, django, prisma, rails, ef-core or a regular expression; output is a pipe then, no terminal',
  },
  { name: 'database-file', value: 'file', help: 'keep the size of this file' },
];
const extract: readonly OptionWord[] = [
  { name: 'artifact', value: 'file', help: 'keep the size of this file' },
  { name: 'download-seconds', value: 's', help: 'how long its download took' },
];
const probe: OptionWord = { name: 'probe', value: 'url', help: 'measure downtime at this address' };
const probeInterval: OptionWord = {
  name: 'probe-interval',
  value: 'duration',
  help: 'between two attempts (100ms)',
};
const probeTimeout: OptionWord = {
  name: 'probe-timeout',
  value: 'duration',
  help: 'wait for an answer after the command (5s)',
};
const cutover = [probe, probeInterval, probeTimeout];
const phaseOperand = {
  name: 'phase',
  required: true,
  help: 'a lower-case letter, then letters, digits, _ or -',
};
const health: readonly OptionWord[] = [
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
const report: readonly OptionWord[] = [
  { name: 'limit', value: 'n', help: 'the last so many (history: 10)' },
  { name: 'since', value: 'time', help: 'a time, or how long ago: 2026-01-14, 7d' },
  { name: 'status', value: 'status', help: 'in-progress, success, warning or failed' },
  { name: 'format', value: 'format', help: 'table, json, csv or markdown' },
  { name: 'json', help: '--format json' },
];

const word = (name: string, help: string, rest: Partial<Word> = {}): Word => ({
  name,
  help,
  operands: [],
  wraps: false,
  ...rest,
  options: [...(rest.options ?? []), ...common],
});
const wrapped = (name: string, help: string, options: readonly OptionWord[]): Word =>
  word(name, help, { wraps: true, options: [...judged, ...options] });

export const commandWords: readonly Word[] = [
  word('start', 'open a deployment; prints its id, and only that', { options: who }),
  word('phase start', 'mark the start of a phase', {
    operands: [phaseOperand],
    options: [probe, probeInterval],
  }),
  word('phase end', 'mark the end of a phase', {
    operands: [phaseOperand],
    options: [
      { name: 'exit-code', value: 'n', help: "the phase's exit code" },
      { name: 'status', value: 'status', help: 'success or failed' },
      { name: 'error', value: 'text', help: 'what went wrong; @file and - read it' },
      probeTimeout,
    ],
  }),
  word('phase run', 'time one command as a phase', {
    operands: [phaseOperand],
    wraps: true,
    options: [...judged, ...migrate, ...extract, ...cutover],
  }),
  wrapped('extract', 'time the unpacking', extract),
  wrapped('venv-rebuild', 'time the building of the environment', []),
  wrapped('migrate', 'time the migration of the database', migrate),
  wrapped('cutover', 'time the switch and measure downtime', cutover),
  word('health', 'probe until the endpoint answers with the expected version', {
    operands: [{ name: 'url', required: false, help: 'http://…, https://… or tcp://host:port' }],
    options: health,
    takesCommand: true,
  }),
  word('rollback', 'record a rollback; with a command run the way back', {
    wraps: true,
    options: [
      {
        name: 'reason',
        value: 'words',
        help: 'health_check_failed, test_failed, error_rate, manual or any; @file and - read it',
      },
      { name: 'to', value: 'version', help: "default: that deployment's previous version" },
      { name: 'of', value: 'id', help: 'the deployment that is rolled back' },
      { name: 'failed', help: 'the rollback did not work' },
      { name: 'health', value: 'url', help: 'verify the version gone back to' },
      ...health.filter((option) => !['since', 'watch', 'min-success', 'check-type'].includes(option.name)),
    ],
  }),
  word('finish', 'close the deployment', {
    options: [
      { name: 'exit-code', value: 'n', help: "the script's exit code" },
      {
        name: 'on-exit',
        value: '[n]',
        help: 'for traps: closes what is open, exits with the code it was given',
      },
      { name: 'status', value: 'status', help: "success, warning, failed, or a CI's word" },
      { name: 'error', value: 'text', help: 'what went wrong (DEPLOYTRACK_ERROR); @file and - read it' },
      { name: 'notes', value: 'text', help: 'free words; @file and - read them' },
      { name: 'abandoned', help: 'nobody carries it on' },
      { name: 'discard', help: 'it was no deployment: counts nowhere' },
      { name: 'wait', value: 'duration', help: 'keep trying to deliver' },
      { name: 'json', help: 'one ASCII line, last on stdout' },
    ],
  }),
  word('run', 'start + script + finish', { wraps: true, options: who }),
  word('stats', 'statistics', { options: report }),
  word('history', 'the last deployments', { options: report }),
  word('show', 'one deployment as a waterfall', {
    operands: [{ name: 'deployment-id', required: false, help: 'default: the newest' }],
    options: [
      { name: 'format', value: 'format', help: 'table or json' },
      { name: 'json', help: '--format json' },
    ],
  }),
  word('push', 'deliver what is outstanding, and what the gateway lost', {
    options: [
      { name: 'dry-run', help: 'print the exact body' },
      { name: 'delete', help: "remove this host's groups" },
      { name: 'wait', value: 'duration', help: 'keep trying' },
    ],
  }),
  word('init', 'set up ledger and zero series', {
    options: [
      version,
      { name: 'group', value: 'name', help: 'share the ledger with the accounts of this group' },
    ],
  }),
  word('doctor', 'say what is wrong and the command that mends it'),
  word('dashboards', 'write the Grafana dashboards', {
    options: [{ name: 'out', value: 'dir', help: 'the folder to write them to' }],
  }),
  word('left-prober', 'the prober that `phase start cutover --probe` leaves', { hidden: true }),
];
