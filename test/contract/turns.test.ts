import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Account, newAccount } from './account.ts';
import { type Counters, countersIn, fallsBetween } from './counters.ts';
import { type Fate, type ModelGateway, startModelGateway } from './modelGateway.ts';

const minutes = { timeout: 120_000 };
/** A counterexample as found is better than a shorter one that takes longer than the test may. */
const bounded = { numRuns: 30, endOnFailure: true };

/** One mark and the fate of its push; `deployments` 0: only a push. */
interface Step {
  readonly deployments: number;
  readonly seconds: number;
  readonly fate: Fate;
}

/** What one account does before another account does anything. */
interface Turn {
  readonly who: number;
  readonly steps: readonly Step[];
}

const seconds = fc.integer({ min: 0, max: 4_000_000_000 }).map((microseconds) => microseconds / 1e6);
const stepOf = (fates: readonly Fate[]): fc.Arbitrary<Step> =>
  fc.record({ deployments: fc.integer({ min: 0, max: 3 }), seconds, fate: fc.constantFrom(...fates) });
const turnsOf = (fates: readonly Fate[], accounts = 2): fc.Arbitrary<Turn[]> =>
  fc.array(
    fc.record({
      who: fc.integer({ min: 0, max: accounts - 1 }),
      steps: fc.array(stepOf(fates), { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 7 },
  );

interface World {
  readonly gateway: ModelGateway;
  readonly accounts: readonly Account[];
  /** Every decrease of a counter that the gateway showed. */
  readonly falls: string[];
  /** Reads the gateway; must be called after each push. */
  look(): Counters;
}

async function inWorld(play: (world: World) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'turns-'));
  const gateway = await startModelGateway();
  const accounts = ['a', 'b', 'c'].map((name) => newAccount({ folder, name, gatewayUrl: gateway.url }));
  const falls: string[] = [];
  let last: Counters = new Map();
  const look = () => {
    const now = countersIn(gateway.text());
    falls.push(...fallsBetween(last, now));
    last = now;
    return now;
  };
  try {
    await play({ gateway, accounts, falls, look });
  } finally {
    for (const account of accounts) account.close();
    await gateway.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A turn begins by reading the gateway, as `start` does; its later marks only push. */
async function take(world: World, { who, steps }: Turn): Promise<void> {
  const account = world.accounts[who] as Account;
  for (const [at, step] of steps.entries()) {
    world.gateway.fate = step.fate;
    if (step.deployments > 0) await account.count(step.deployments, step.seconds);
    await account.deliver(at === 0 ? 'begin' : 'mark');
    world.look();
  }
}

/** All accounts push what is pending, one after the other. */
async function settle(world: World, turns: readonly Turn[]): Promise<Counters> {
  world.gateway.fate = 'taken';
  for (const who of new Set(turns.map((turn) => turn.who))) await world.accounts[who]?.deliver('begin');
  return world.look();
}

function truth(turns: readonly Turn[]) {
  const steps = turns.flatMap((turn) => turn.steps);
  return {
    deployments: steps.reduce((sum, step) => sum + step.deployments, 0),
    seconds: steps.reduce((sum, step) => sum + step.deployments * Math.round(step.seconds * 1e6), 0) / 1e6,
  };
}

function shown(counters: Counters) {
  const value = (name: string, label = '') => {
    const found = [...counters].filter(([series]) => series.startsWith(`${name}{`) && series.includes(label));
    return found.length === 1 ? found[0]?.[1] : Number.NaN;
  };
  return {
    deployments: value('deployment_total', 'status="success"'),
    observed: value('deployment_duration_seconds_count'),
    phases: value('deployment_stage_duration_seconds_count', 'stage="extract"'),
    seconds: value('deployment_duration_seconds_sum'),
  };
}

const expected = ({ deployments, seconds: sum }: ReturnType<typeof truth>) => ({
  deployments,
  observed: deployments,
  phases: deployments,
  seconds: sum,
});

test(
  'accounts that take turns give the true total whatever pushes fail, and no counter decreases',
  minutes,
  async () => {
    await fc.assert(
      fc.asyncProperty(turnsOf(['taken', 'taken', 'lost', 'away'], 3), async (turns) => {
        await inWorld(async (world) => {
          for (const turn of turns) await take(world, turn);
          expect(shown(await settle(world, turns))).toEqual(expected(truth(turns)));
          expect(world.falls).toEqual([]);
        });
      }),
      bounded,
    );
  },
);

test(
  'one account counts once what the gateway accepted without a response, even if the gateway lost everything',
  minutes,
  async () => {
    const turns = turnsOf(['taken', 'lost', 'unheard', 'away'], 1);
    await fc.assert(
      fc.asyncProperty(turns, fc.boolean(), async (history, forgets) => {
        await inWorld(async (world) => {
          for (const turn of history) await take(world, turn);
          expect(world.falls).toEqual([]);
          if (forgets) world.gateway.forget();
          expect(shown(await settle(world, history))).toEqual(expected(truth(history)));
        });
      }),
      bounded,
    );
  },
);

test(
  'no counter decreases and no deployment is lost, whatever the fate of pushes of accounts that take turns',
  minutes,
  async () => {
    await fc.assert(
      fc.asyncProperty(turnsOf(['taken', 'lost', 'unheard', 'away']), async (turns) => {
        await inWorld(async (world) => {
          for (const turn of turns) await take(world, turn);
          const seen = shown(await settle(world, turns));
          // A push accepted without a response that another account continued from may count twice, but never
          // less than once.
          expect(seen.deployments).toBeGreaterThanOrEqual(truth(turns).deployments);
          expect(world.falls).toEqual([]);
        });
      }),
      bounded,
    );
  },
);

test(
  'restoring an older ledger file at any time decreases no counter, and what it counts is added',
  minutes,
  async () => {
    const part = turnsOf(['taken'], 1);
    await fc.assert(
      fc.asyncProperty(part, part, turnsOf(['away'], 1), part, async (before, lost, away, after) => {
        await inWorld(async (world) => {
          const [account] = world.accounts as [Account];
          for (const turn of before) await take(world, turn);
          account.backUp();
          for (const turn of lost) await take(world, turn);
          account.restore();
          for (const turn of [...away, ...after]) await take(world, turn);
          const seen = shown(await settle(world, before));
          expect(world.falls).toEqual([]);
          expect(seen.deployments).toBeGreaterThanOrEqual(truth([...before, ...lost]).deployments);
          // A ledger that recorded as much as it lost before it next reads the gateway cannot know that it
          // lost it.
          const [firstHeard] = after;
          const unheard = truth([...away, { who: 0, steps: firstHeard?.steps.slice(0, 1) ?? [] }]);
          if (unheard.deployments < truth(lost).deployments) {
            expect(seen).toEqual(expected(truth([...before, ...lost, ...away, ...after])));
          }
        });
      }),
      bounded,
    );
  },
);
