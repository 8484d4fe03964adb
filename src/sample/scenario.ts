import type { Mark } from '../marks.ts';
import { failure, Generator } from './generator.ts';

/** One sample deployment: its steps and their durations in seconds. */
export interface Scenario {
  readonly id: string;
  readonly startMs: number;
  readonly deployment: string;
  readonly environment: string;
  readonly hostname: string;
  readonly version: string;
  /** In service before. */
  readonly previousVersion: string;
  readonly triggeredBy: string;
  readonly seconds: Readonly<Record<'extract' | 'venv_rebuild' | 'migration' | 'cutover', number>>;
  readonly downtimeSeconds: number;
  readonly secondsUntilHealthy: number;
  readonly end: 'success' | 'smoke-failed' | 'migration-failed' | 'unhealthy';
  readonly migrations: number;
}

/** The marks of a scenario, in order. */
export function marksOf(story: Scenario): Mark[] {
  const teller = new Generator(story);
  teller.start();
  teller.phase('extract');
  teller.phase('venv_rebuild');
  if (story.end === 'migration-failed') {
    teller.phase('migration', failure('lock timeout on table orders'));
    teller.finish();
    return teller.marks;
  }
  teller.phase('migration');
  teller.phase('cutover');
  const isHealthy = story.end !== 'unhealthy';
  teller.health(isHealthy ? story.secondsUntilHealthy : 60, isHealthy);
  if (!isHealthy) teller.rollback();
  else
    for (const test of ['login', 'checkout', 'report'])
      teller.smoke(test, story.end === 'smoke-failed' && test === 'report');
  teller.finish();
  return teller.marks;
}
