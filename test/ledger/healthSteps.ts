import type { AttemptRecord } from '../../src/marks.ts';
import { ledgerWorld, unique } from './ledgerWorld.ts';
import { attempt, finishMark, healthMark, later, phaseEndMark } from './makeMarks.ts';
import { scriptOf } from './script.ts';

/** A deployment at second 0; all other times are in seconds after that. */
export function begun() {
  const world = ledgerWorld();
  const script = scriptOf(world);
  script.start();
  const zero = world.context.instant();
  const at = (seconds: number) => later(zero, seconds);
  const good = (seconds: number, latencySeconds = 0.25) =>
    attempt({ at: at(seconds), healthy: true, latencySeconds });
  const bad = (seconds: number, latencySeconds = 0.25) =>
    attempt({ at: at(seconds), healthy: false, latencySeconds });
  const health = (attempts: AttemptRecord[], said = {}) => world.apply(healthMark(attempts, said));
  const cutover = (from: number, to: number) =>
    world.apply(phaseEndMark(at(to), { stage: 'cutover', runId: unique(), startedAt: at(from) }));
  const finish = (seconds: number, said = {}) => world.apply(finishMark(at(seconds), said));
  const columns = () => {
    const row = world.deployment();
    return [row.health_check_success, row.health_check_duration, row.time_to_healthy];
  };
  return { world, script, at, good, bad, health, cutover, finish, columns };
}
