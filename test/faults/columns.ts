/** The commands of the matrix, in the order in which a row runs them. */
export const columns = [
  'start',
  'phase start, phase end',
  'phase run, exit 3',
  'phase run, exit 0',
  'run, exit 3',
  'health',
  'rollback, exit 4',
  'finish --on-exit 5',
  'finish',
  'push',
  'history',
  'doctor',
] as const;
export type Column = (typeof columns)[number];

/** One process of a column, and what the contract says about it without any fault. */
export interface Step {
  readonly words: readonly string[];
  readonly code: number;
  readonly stdin?: string;
  /** Exactly its output; without it any output is right. */
  readonly stdout?: string;
  /** What the wrapped command writes there; everything else is ours. */
  readonly commandStderr?: string;
}

const bytes = '\u0001\u00fcnicode\r\n\ttwo\n\nno end';
/** A command that passes its input on, writes to both streams, and exits with its argument. */
const noisy = (code: number) => [
  '--',
  'sh',
  '-c',
  `cat; printf 'one\\ntwo' >&2; printf '\\n' >&2; exit ${code}`,
];
const wrapped = (words: readonly string[], code: number): Step => ({
  words: [...words, ...noisy(code)],
  code,
  stdin: bytes,
  stdout: bytes,
  commandStderr: 'one\ntwo\n',
});
const plain = (words: readonly string[], code = 0): Step => ({ words, code });

/** `d` was started before the fault; `e` and `r` are started during it. */
export function stepsOf(column: Column, name: string): readonly Step[] {
  const ofD = ['--id', 'd'];
  const steps: Record<Column, readonly Step[]> = {
    start: [
      {
        ...plain(['start', '--id', 'e', '--deployment', `${name}-e`, '--version', '2']),
        stdout: 'e\n',
      },
    ],
    'phase start, phase end': [
      plain(['phase', 'start', 'marked', ...ofD]),
      plain(['phase', 'end', 'marked', ...ofD]),
    ],
    'phase run, exit 3': [wrapped(['phase', 'run', 'bad', ...ofD], 3)],
    'phase run, exit 0': [wrapped(['phase', 'run', 'good', ...ofD], 0)],
    'run, exit 3': [wrapped(['run', '--id', 'r', '--deployment', `${name}-r`, '--version', '2'], 3)],
    health: [plain(['health', ...ofD, '--check-type', 'ping', '--timeout', '20s', '--', 'true'])],
    'rollback, exit 4': [wrapped(['rollback', ...ofD, '--reason', 'test'], 4)],
    'finish --on-exit 5': [plain(['finish', ...ofD, '--on-exit', '5'], 5)],
    finish: [plain(['finish', '--id', 'e'])],
    push: [plain(['push'])],
    history: [plain(['history'])],
    doctor: [plain(['doctor'])],
  };
  return steps[column];
}

/** What must be in the ledger, once, after a column ran. */
export const leaves: Partial<Record<Column, string>> = {
  start: "SELECT 1 FROM deployment_metrics WHERE deployment_id = 'e' AND version = '2'",
  'phase start, phase end': "SELECT 1 FROM deployment_stages WHERE stage = 'marked' AND status = 'success'",
  'phase run, exit 3':
    "SELECT 1 FROM deployment_stages WHERE stage = 'bad' AND status = 'failed' AND exit_code = 3",
  'phase run, exit 0': "SELECT 1 FROM deployment_stages WHERE stage = 'good' AND status = 'success'",
  'run, exit 3':
    "SELECT 1 FROM deployment_metrics WHERE deployment_id = 'r' AND deployment_status = 'failed'",
  health: "SELECT 1 FROM health_checks WHERE deployment_id = 'd'",
  'rollback, exit 4': "SELECT 1 FROM rollbacks WHERE deployment_id = 'd'",
  'finish --on-exit 5':
    "SELECT 1 FROM deployment_metrics WHERE deployment_id = 'd' AND deployment_status = 'failed'",
  finish: "SELECT 1 FROM deployment_metrics WHERE deployment_id = 'e' AND deployment_status = 'success'",
};

/** The series of the gateway that must then have the value 1, by the end of the deployment's name. */
export const counts: Partial<Record<Column, readonly [string, string, Readonly<Record<string, string>>]>> = {
  'phase start, phase end': ['d', 'deployment_stage_duration_seconds', { stage: 'marked' }],
  'phase run, exit 3': ['d', 'deployment_stage_duration_seconds', { stage: 'bad' }],
  'phase run, exit 0': ['d', 'deployment_stage_duration_seconds', { stage: 'good' }],
  'run, exit 3': ['r', 'deployment_total', { status: 'failure' }],
  'finish --on-exit 5': ['d', 'deployment_total', { status: 'failure' }],
  finish: ['e', 'deployment_total', { status: 'success' }],
};
