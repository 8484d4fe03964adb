import fc from 'fast-check';
import { listGroups } from '../../../src/ledger/push/deliveries.ts';
import { readSnapshot } from '../../../src/ledger/push/snapshot.ts';
import type { Mark } from '../../../src/marks.ts';
import { exposition } from '../../../src/metrics/exposition.ts';
import { groupSamples } from '../../../src/metrics/samples.ts';
import type { LedgerWorld } from '../ledgerWorld.ts';
import {
  attempt,
  costMark,
  errorRateMark,
  finishMark,
  healthMark,
  phaseEndMark,
  rollbackMark,
  smokeMark,
  startMark,
} from '../makeMarks.ts';

/** One deployment of a random history; numbers choose among a few values. */
export interface Played {
  readonly host: number;
  readonly version: number;
  readonly days: number;
  readonly end: 'success' | 'failed' | 'warning' | 'discard' | 'open';
  readonly healthy: boolean | null;
  readonly records: boolean;
  readonly rolledBackTo: number | null;
}

export const histories = fc.array(
  fc.record<Played>({
    host: fc.integer({ min: 0, max: 1 }),
    version: fc.integer({ min: 0, max: 5 }),
    days: fc.integer({ min: 0, max: 60 }),
    end: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('success' as const, 'failed' as const) },
      { weight: 1, arbitrary: fc.constantFrom('warning' as const, 'discard' as const, 'open' as const) },
    ),
    healthy: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.boolean() }),
    records: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    rolledBackTo: fc.integer({ min: -8, max: 5 }).map((n) => (n < 0 ? null : n)),
  }),
  { minLength: 1, maxLength: 40 },
);

/** Plays deployments one after the other, `d0`, `d1` …, with every kind of mark. */
export function play(world: LedgerWorld, history: readonly Played[]): void {
  history.forEach((one, index) => {
    world.pass(one.days * 86_400);
    for (const mark of marksOf(world, { one, deploymentId: `d${index}` })) world.apply(mark);
  });
}

function* marksOf(
  world: LedgerWorld,
  { one, deploymentId }: { one: Played; deploymentId: string },
): Generator<Mark> {
  const at = () => {
    world.pass(1);
    return world.context.instant();
  };
  const version = `1.${one.version}`;
  yield startMark(at(), { deploymentId, instance: `web-${one.host}`, version, abandonAfterMs: 1e13 });
  yield phaseEndMark(at(), { deploymentId, startedAt: at(), runId: `${deploymentId}-run` });
  if (one.healthy !== null)
    yield healthMark([attempt({ at: at(), healthy: one.healthy })], { deploymentId, judged: 'no' });
  if (one.records) {
    yield smokeMark(at(), { deploymentId });
    yield costMark(at(), { deploymentId });
    yield errorRateMark(at(), { deploymentId });
  }
  if (one.end === 'open') return;
  if (one.end === 'discard') yield finishMark(at(), { deploymentId, discard: true });
  else yield finishMark(at(), { deploymentId, status: one.end });
  if (one.rolledBackTo !== null && one.end !== 'discard')
    yield rollbackMark(at(), { deploymentId, toVersion: `1.${one.rolledBackTo}` });
}

/** The text of all groups, as a push sends it. */
export function pushedText({ database }: Pick<LedgerWorld, 'database'>): string {
  return listGroups(database, { deploymentId: null })
    .map(({ groupId }) => exposition(groupSamples(readSnapshot(database, { groupId, programVersion: '1' }))))
    .join('\n');
}
