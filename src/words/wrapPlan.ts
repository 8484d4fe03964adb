import { usageError } from '../errors.ts';
import type { Judged } from '../marks.ts';
import { durationMs, flag, type Invocation, number, text } from './invocation.ts';
import { phaseOf } from './phaseWord.ts';

/** What was asked of a wrapped phase: read and checked before anything runs. */
export interface WrapPlan {
  readonly stage: string;
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
  const stage = stageOfWord[invocation.word] ?? phaseOf(invocation.operands[0] ?? '');
  const probe = text(invocation, 'probe');
  const many = Number.MAX_SAFE_INTEGER;
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
  if (probe !== null && stage !== 'cutover')
    throw usageError(`--probe belongs to the phase cutover, not to ${stage}`);
  return {
    stage,
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
      count: number(invocation, { name: 'count', min: 0, max: many, whole: true }),
      file: text(invocation, 'count-file'),
      pattern: text(invocation, 'count-pattern'),
    },
    databaseFile: text(invocation, 'database-file'),
    artifact: text(invocation, 'artifact'),
    downloadSeconds: number(invocation, { name: 'download-seconds', min: 0, max: many, whole: false }),
  };
}
