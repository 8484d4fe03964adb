import type { Warning } from '../../src/errors.ts';
import type { FinishMark, HealthMark, PhaseEndMark, RollbackMark, StartMark } from '../../src/marks.ts';
import type { FakeOverrides } from '../support/context.ts';
import { type LedgerWorld, ledgerWorld, unique } from './ledgerWorld.ts';
import {
  attempt,
  costMark,
  exited,
  finishMark,
  healthMark,
  phaseEndMark,
  phaseStartMark,
  rollbackMark,
  startMark,
} from './makeMarks.ts';

/** The steps of a deployment script, each with its duration. */
export interface Script {
  start(said?: Partial<StartMark>): Warning[];
  /** A wrapped command: one mark, at its end. */
  wrap(stage: string, said?: { seconds?: number; code?: number } & Partial<PhaseEndMark>): Warning[];
  /** `phase start` and `phase end`. */
  mark(stage: string, said?: { seconds?: number; code?: number } & Partial<PhaseEndMark>): Warning[];
  open(stage: string, service?: string | null): Warning[];
  /** `bad` failing attempts a second apart, followed by a successful one if `healthy`. */
  health(said?: { bad?: number; healthy?: boolean } & Partial<HealthMark>): Warning[];
  rollback(said?: Partial<RollbackMark>): Warning[];
  finish(said?: Partial<FinishMark>): Warning[];
}

/** A script for the deployment `id`, with 10 seconds per phase. */
export function scriptOf(world: LedgerWorld, id = 'd1'): Script {
  const { context } = world;
  const now = () => context.instant();
  return {
    start: (said = {}) => world.apply(startMark(now(), { deploymentId: id, ...said })),
    wrap(stage, { seconds = 10, code = 0, ...said } = {}) {
      const startedAt = now();
      world.pass(seconds);
      const own = { deploymentId: id, stage, startedAt, runId: unique(), result: exited(code) };
      return world.apply(phaseEndMark(now(), { ...own, ...said }));
    },
    mark(stage, { seconds = 10, code = 0, service = null, ...said } = {}) {
      const opened = world.apply(phaseStartMark(now(), { deploymentId: id, stage, service }));
      world.pass(seconds);
      const own = { deploymentId: id, stage, service, result: exited(code) };
      return [...opened, ...world.apply(phaseEndMark(now(), { ...own, ...said }))];
    },
    open: (stage, service = null) => world.apply(phaseStartMark(now(), { deploymentId: id, stage, service })),
    health({ bad = 0, healthy = true, ...said } = {}) {
      const attempts = [];
      for (let count = 0; count < bad; count += 1) {
        attempts.push(attempt({ at: now(), healthy: false }));
        world.pass(1);
      }
      if (healthy) attempts.push(attempt({ at: now(), healthy: true }));
      const mark = healthMark(attempts, { deploymentId: id, ...said });
      world.pass(0.02);
      return world.apply(mark);
    },
    rollback: (said = {}) => world.apply(rollbackMark(now(), { deploymentId: id, ...said })),
    finish: (said = {}) => world.apply(finishMark(now(), { deploymentId: id, ...said })),
  };
}

/** A new ledger whose script has started the deployment `d1`. */
export function begunScript(
  said: Partial<StartMark> = {},
  overrides: FakeOverrides = {},
): { world: LedgerWorld; script: Script } {
  const world = ledgerWorld(overrides);
  const script = scriptOf(world);
  script.start(said);
  return { world, script };
}

/**
 * A ledger with a row in each table that marks fill: one deployment that failed, one that was rolled back.
 */
export function toldScripts(): LedgerWorld {
  const { world, script } = begunScript();
  script.mark('build');
  script.wrap('migration', { code: 1 });
  script.wrap('cutover');
  script.health({ bad: 2 });
  world.apply(costMark(world.context.instant(), { deploymentId: 'd1' }));
  script.finish();
  const second = scriptOf(world, 'd2');
  second.start({ version: '2' });
  second.wrap('build');
  second.health();
  second.finish();
  second.rollback();
  return world;
}
