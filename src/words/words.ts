import {
  closerStats,
  common,
  cutover,
  deploymentStatus,
  extract,
  health,
  importing,
  judged,
  migrate,
  type OptionWord,
  phaseOperand,
  phaseStatus,
  probe,
  probeInterval,
  probeTimeout,
  report,
  staleAfter,
  tableFormat,
  textFormat,
  tracked,
  version,
  who,
} from './optionWords.ts';
import { serve } from './serveOptions.ts';

/** Every word of the command line with its options and help texts: the face of the program as data. */
export interface Operand {
  readonly name: string;
  readonly required: boolean;
  readonly help: string;
  /** May be said several times; the last one. */
  readonly many?: boolean;
}

export interface Word {
  readonly name: string;
  readonly help: string;
  readonly operands: readonly Operand[];
  readonly options: readonly OptionWord[];
  /** Options end at `--` or at the first word of the wrapped command. */
  readonly wraps: boolean;
  /** Takes a command behind `--` only. */
  readonly takesCommand?: boolean;
  readonly hidden?: boolean;
}

const ofDeployment: OptionWord = { name: 'of', value: 'id', help: 'the deployment, finished ones too' };

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
  word('start', 'open a deployment; prints its id, and only that', { options: [...who, ...tracked] }),
  word('phase start', 'mark the start of a phase', {
    operands: [phaseOperand],
    options: [probe, probeInterval],
  }),
  word('phase end', 'mark the end of a phase', {
    operands: [phaseOperand],
    options: [
      { name: 'exit-code', value: 'n', help: "the phase's exit code" },
      phaseStatus,
      { name: 'error', value: 'text', help: 'what went wrong; @file and - read it' },
      probeTimeout,
    ],
  }),
  word('phase record', 'record a phase that something else timed', {
    operands: [phaseOperand],
    options: [
      { name: 'duration', value: 'duration', help: 'how long it took' },
      { name: 'started', value: 'time', help: 'when it started (default: as long ago as it took)' },
      phaseStatus,
      { name: 'error', value: 'text', help: 'what went wrong; @file and - read it' },
      { name: 'allow-failure', help: 'a failure makes a warning of the deployment' },
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
  word('smoke', 'run a smoke test; its exit code is ours', {
    operands: [{ name: 'test', required: true, help: 'what is tested, in 1 to 200 characters' }],
    wraps: true,
    options: [
      ...judged,
      { name: 'passed', help: 'something else ran it: it passed' },
      { name: 'failed', help: 'something else ran it: it failed' },
      { name: 'error', value: 'text', help: 'with --failed: what went wrong; @file and - read it' },
    ],
  }),
  word('error-rate', 'record an error rate that something else measured', {
    operands: [{ name: 'ratio', required: true, help: '0 to 1: the share of requests that failed' }],
    options: [ofDeployment],
  }),
  word('cost', 'record what the deployment cost', {
    operands: [
      { name: 'resource', required: true, help: 'what was paid for, in 1 to 200 characters' },
      { name: 'usd', required: true, help: 'US dollars' },
    ],
    options: [ofDeployment],
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
      ofDeployment,
      { name: 'failed', help: 'the rollback did not work' },
      { name: 'health', value: 'url', help: 'verify the version gone back to' },
      ...health.filter((option) => !['since', 'watch', 'min-success', 'check-type'].includes(option.name)),
    ],
  }),
  word('finish', 'close the deployment', {
    options: [
      ...tracked,
      { name: 'exit-code', value: 'n', help: "the script's exit code" },
      {
        name: 'on-exit',
        value: '[n]',
        help: 'for traps: closes what is open, exits with the code it was given',
      },
      {
        name: 'status',
        value: 'status',
        help: "success, warning, failed, or a CI's word",
        choices: ['success', 'warning', 'failed'],
      },
      { name: 'error', value: 'text', help: 'what went wrong (DEPLOYTRACK_ERROR); @file and - read it' },
      { name: 'notes', value: 'text', help: 'free words; @file and - read them' },
      { name: 'abandoned', help: 'nobody carries it on' },
      { name: 'discard', help: 'it was no deployment: counts nowhere' },
      { name: 'wait', value: 'duration', help: 'keep trying to deliver' },
      { name: 'json', help: 'one ASCII line, last on stdout' },
    ],
  }),
  word('run', 'start + script + finish', { wraps: true, options: [...who, ...tracked] }),
  word('stats', 'statistics', { options: [...report, ...closerStats] }),
  word('history', 'the last deployments', { options: report }),
  word('show', 'one deployment as a waterfall', {
    operands: [{ name: 'deployment-id', required: false, help: 'default: the newest' }],
    options: [
      { ...deploymentStatus, help: 'the newest that ended so: failed' },
      textFormat,
      { name: 'json', help: '--format json' },
    ],
  }),
  word('compare', 'two deployments side by side, phase by phase', {
    operands: [
      { name: 'one', required: true, help: 'an id or a version: its newest deployment' },
      { name: 'other', required: true, help: 'what it is compared with' },
    ],
    options: [tableFormat, { name: 'json', help: '--format json' }],
  }),
  word('rules', 'write the rules for Prometheus, or tell when they would have fired', {
    options: [
      { name: 'out', value: 'dir', help: 'the folder for recording.yml and alerts.yml' },
      { name: 'mixin', help: 'write mixin.libsonnet besides' },
      {
        name: 'set',
        value: 'alert=figure',
        help: 'another figure: HighDowntime=60s; with --environment for that one alone',
        many: true,
      },
      { name: 'backtest', value: 'duration', help: "replay the rules over the ledger's own rows: 90d" },
      { name: 'json', help: 'with --backtest: JSON' },
    ],
  }),
  word('push', 'deliver what is outstanding, and what the gateway lost', {
    options: [
      { name: 'dry-run', help: 'print the exact body' },
      { name: 'delete', help: "remove this host's groups" },
      staleAfter,
      { name: 'wait', value: 'duration', help: 'keep trying' },
    ],
  }),
  word('export', 'write marks and finished deployments, for `import`', {
    options: [{ name: 'out', value: 'file', help: 'default: standard output' }],
  }),
  word('import', 'take in what `export` wrote, marks that a log holds, an older database, CSV or JSON', {
    operands: [{ name: 'file', required: true, many: true, help: '- reads standard input' }],
    options: importing,
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
  word('report', 'tell of the last days; with --out the page with its data as one file', {
    operands: [{ name: 'deployment-id', required: false, help: 'the one to open with' }],
    options: [
      { name: 'out', value: 'file', help: 'the HTML file' },
      { name: 'limit', value: 'n', help: 'with --out: the last so many deployments (50)' },
      {
        name: 'since',
        value: 'time',
        help: 'since when: 7d, 2026-01-14; with --out only where it is said',
      },
      { ...textFormat, help: 'without --out: table, json or markdown' },
      { name: 'json', help: '--format json' },
    ],
  }),
  word('serve', 'answer over HTTP: /metrics for Prometheus, health and the page', { options: serve }),
  word('completion', 'print what lets a shell complete these words', {
    operands: [{ name: 'shell', required: true, help: 'bash, zsh, fish or powershell' }],
  }),
  word('left-prober', 'the prober that `phase start cutover --probe` leaves', { hidden: true }),
];
