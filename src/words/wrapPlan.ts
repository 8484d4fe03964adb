import { usageError } from '../errors.ts';
import { amountLimits } from '../limits.ts';
import type { Judged } from '../marks.ts';
import { isFreeWords } from '../model.ts';
import { durationMs, flag, type Invocation, number, text } from './invocation.ts';
import { phaseOf } from './phaseWord.ts';

/** What a wrapped command is: a phase, or a smoke test, which is none. */
export type WrapSubject =
  | { readonly kind: 'phase'; readonly stage: string }
  | { readonly kind: 'smoke'; readonly test: string };

/** What was asked of a wrapped command: read and checked before anything runs. */
export interface WrapPlan {
  readonly subject: WrapSubject;
  readonly command: readonly string[];
  readonly judged: Judged;
  readonly timeoutMs: number | null;
  readonly keepStderr: boolean;
  readonly probe: { readonly url: string; readonly intervalMs: number; readonly timeoutMs: number } | null;
  readonly migrations: {
    readonly count: number | null;
    readonly file: string | null;
    readonly pattern: string | null;
  };
  readonly databaseFile: string | null;
  readonly artifact: string | null;
  readonly downloadSeconds: number | null;
}

const stageOfWord: Readonly<Record<string, string>> = {
  extract: 'extract',
  'venv-rebuild': 'venv_rebuild',
  migrate: 'migration',
  cutover: 'cutover',
};

/** Throws a usage error for a wrong word. */
export function readWrapPlan(invocation: Invocation): WrapPlan {
  const subject = subjectOf(invocation);
  const probe = text(invocation, 'probe');
  if (invocation.command.length === 0)
    throw usageError(
      `${invocation.word}: no command was named`,
      `deploytrack ${invocation.word}${invocation.operands.length > 0 ? ` ${invocation.operands[0]}` : ''} -- <command…>`,
    );
  if (flag(invocation, 'allow-failure') && flag(invocation, 'try'))
    throw usageError(
      '--allow-failure and --try exclude each other',
      '--try is never judged, --allow-failure makes a warning',
    );
  if (flag(invocation, 'passed') || flag(invocation, 'failed') || text(invocation, 'error') !== null)
    if (subject.kind === 'smoke')
      throw usageError(
        'smoke: a command and the result of another one exclude each other',
        'the command says itself whether it passed',
      );
  if (probe !== null && (subject.kind === 'smoke' || subject.stage !== 'cutover'))
    throw usageError('--probe belongs to the phase cutover alone');
  return {
    subject,
    command: invocation.command,
    judged: flag(invocation, 'try') ? 'no' : flag(invocation, 'allow-failure') ? 'allowed' : 'yes',
    timeoutMs: durationMs(invocation, 'timeout'),
    keepStderr: flag(invocation, 'keep-stderr'),
    probe:
      probe === null
        ? null
        : {
            url: probe,
            intervalMs: Math.max(10, durationMs(invocation, 'probe-interval') ?? 100),
            timeoutMs: durationMs(invocation, 'probe-timeout') ?? 5000,
          },
    migrations: {
      count: number(invocation, { name: 'count', ...amountLimits.migrations }),
      file: text(invocation, 'count-file'),
      pattern: text(invocation, 'count-pattern'),
    },
    databaseFile: text(invocation, 'database-file'),
    artifact: text(invocation, 'artifact'),
    downloadSeconds: number(invocation, { name: 'download-seconds', ...amountLimits.seconds }),
  };
}

function subjectOf({ word, operands }: Invocation): WrapSubject {
  const [named = ''] = operands;
  if (word === 'smoke') return { kind: 'smoke', test: testOf(named) };
  return { kind: 'phase', stage: stageOfWord[word] ?? phaseOf(named) };
}

/** The name of a smoke test, or a usage error. */
export function testOf(name: string): string {
  if (isFreeWords(name)) return name;
  throw usageError(
    'smoke: a test is named with 1 to 200 characters',
    'deploytrack smoke login -- <command…>',
  );
}
