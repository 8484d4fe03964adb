import type { Deployment } from '../server/api.ts';
import { plural, seconds } from './format.ts';

/** One bar of the waterfall. */
export interface Line {
  readonly key: string;
  readonly name: string;
  readonly state: 'success' | 'failed' | 'running' | 'tried' | 'back';
  readonly tone: string;
  readonly sign: string;
  readonly took: number | null;
  readonly usual: number | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly ofRollback: boolean;
  /** `2.1x slower`, if it was unusual. */
  readonly verdict: string | null;
  readonly notes: string;
}

type Phase = Deployment['phases'][number];

/** Phases, smoke tests, health checks and rollbacks in the order of their start. */
export function linesOf(one: Deployment, now: Date): Line[] {
  const usual = new Map(one.usual_phases.map(({ stage, seconds: value }) => [stage, value]));
  return [
    ...one.phases.map((phase) =>
      phaseLine({ ...phase, judged: checkOf(phase, one)?.judged ?? phase.judged }, { now, usual }),
    ),
    ...one.smoke_tests.map(smokeLine),
    ...healthLines(one),
    ...rollbackLines(one),
  ].sort((first, second) => first.fromMs - second.fromMs);
}

function phaseLine(phase: Phase, { now, usual }: { now: Date; usual: ReadonlyMap<string, number> }): Line {
  const isRunning = phase.status === 'running';
  const toMs = phase.ended_at === null ? now.getTime() : Date.parse(phase.ended_at);
  const fromMs =
    phase.started_at === null ? toMs - (phase.duration ?? 0) * 1000 : Date.parse(phase.started_at);
  return {
    key: phase.run_id,
    name: phase.stage,
    ...lookOfRun({ isRunning, hasFailed: phase.status === 'failed', judged: phase.judged }),
    took: isRunning ? (toMs - fromMs) / 1000 : phase.duration,
    usual: phase.median ?? usual.get(phase.stage) ?? null,
    fromMs,
    toMs,
    ofRollback: phase.of_rollback,
    verdict: verdictOf(phase, usual.get(phase.stage) ?? phase.median),
    notes: [
      phase.error_message,
      phase.migration_count === null ? null : plural(phase.migration_count, 'migration'),
      phase.judged === 'no' && phase.status === 'failed' ? 'a try: not counted' : null,
      phase.judged === 'allowed' && phase.status === 'failed' ? 'failure allowed' : null,
      phase.late ? 'recorded after the end' : null,
    ]
      .filter((note) => note !== null)
      .join(', '),
  };
}

/** The verification that a run of the phase of health checks measured: that one counts, its phase does not. */
function checkOf(
  { stage, started_at: at }: Phase,
  { health_verifications: checks }: Deployment,
): Deployment['health_verifications'][number] | undefined {
  if (stage !== 'health_check' || at === null) return undefined;
  return checks.find((check) => Math.abs(Date.parse(check.started_at) - Date.parse(at)) < 1000);
}

function lookOfRun({
  isRunning,
  hasFailed,
  judged,
}: {
  isRunning: boolean;
  hasFailed: boolean;
  judged: 'yes' | 'allowed' | 'no';
}): Pick<Line, 'state' | 'tone' | 'sign'> {
  if (isRunning) return { state: 'running', tone: 'run', sign: '▶' };
  if (!hasFailed) return { state: 'success', tone: 'good', sign: '✓' };
  if (judged === 'no') return { state: 'tried', tone: 'quiet', sign: '✗' };
  return {
    state: 'failed',
    tone: judged === 'allowed' ? 'warn' : 'bad',
    sign: judged === 'allowed' ? '!' : '✗',
  };
}

/** Nothing for a usual one: the table shows both times. A run that failed has no verdict, but it may have taken long to fail. */
function verdictOf({ verdict, duration, median, status }: Phase, usual: number | null): string | null {
  if (status === 'failed' && duration !== null && usual !== null && usual > 0)
    return duration >= 1.5 * usual && duration - usual >= 1
      ? `${(duration / usual).toFixed(1)}x slower`
      : null;
  if (verdict !== 'slower' && verdict !== 'faster') return null;
  if (duration === null || median === null) return null;
  const ratio = verdict === 'slower' ? duration / median : median / Math.max(duration, 0.001);
  return Number.isFinite(ratio) && ratio >= 1.1
    ? `${ratio.toFixed(1)}x ${verdict}`
    : `${verdict} by ${seconds(Math.abs(duration - median))}`;
}

function smokeLine(test: Deployment['smoke_tests'][number], index: number): Line {
  const fromMs = Date.parse(test.at);
  return {
    key: `smoke ${index}`,
    name: `smoke test ${test.test}`,
    ...lookOfRun({ isRunning: false, hasFailed: !test.success, judged: test.judged }),
    took: test.duration,
    usual: null,
    fromMs: fromMs - (test.duration ?? 0) * 1000,
    toMs: fromMs,
    ofRollback: test.of_rollback,
    verdict: null,
    notes:
      test.error_message ?? (test.success || test.exit_code === null ? '' : `exit code ${test.exit_code}`),
  };
}

function healthLines(one: Deployment): Line[] {
  const ofPhases = new Set(one.phases.map((phase) => checkOf(phase, one)));
  return one.health_verifications
    .filter((check) => !ofPhases.has(check))
    .map((check, index): Line => {
      const fromMs = Date.parse(check.started_at);
      return {
        key: `health ${index}`,
        name: `health ${check.check_type}`,
        ...lookOfRun({ isRunning: false, hasFailed: !check.success, judged: check.judged }),
        took: check.duration,
        usual: null,
        fromMs,
        toMs: fromMs + check.duration * 1000,
        ofRollback: check.of_rollback,
        verdict: null,
        notes: [plural(check.attempts, 'attempt'), check.error_message]
          .filter((note) => note !== null)
          .join(', '),
      };
    });
}

/** A rollback without phases of its own, such as one by another deployment, is a mark at its time. */
function rollbackLines(one: Deployment): Line[] {
  if (one.phases.some((phase) => phase.of_rollback)) return [];
  return one.rollbacks.map((rollback, index): Line => {
    const atMs = Date.parse(rollback.at);
    const afterSeconds = (atMs - Date.parse(one.deployment_started_at)) / 1000;
    return {
      key: `rollback ${index}`,
      name: 'rollback',
      state: 'back',
      tone: 'warn',
      sign: '↩',
      took: null,
      usual: null,
      fromMs: atMs,
      toMs: atMs,
      ofRollback: false,
      verdict: null,
      notes: [
        rollback.to_version === null ? '' : `to ${rollback.to_version}`,
        `after ${seconds(afterSeconds)}`,
      ]
        .filter((note) => note !== '')
        .join(', '),
    };
  });
}
