import { expect, test } from 'vitest';
import { deploymentIdOf } from '../../../src/collect/docker/containerMarks.ts';
import type { ContainerState } from '../../../src/collect/docker/containerState.ts';
import { ingestContainer, ingestRemoval } from '../../../src/collect/docker/ingestContainer.ts';
import type { DeploymentEvent } from '../../../src/collect/webhook/deploymentEvent.ts';
import { ingestEvent } from '../../../src/collect/webhook/ingestEvent.ts';
import { exportedDeployment } from '../../../src/ledger/exchange/exportedDeployment.ts';
import { importDeployment } from '../../../src/ledger/exchange/importDeployment.ts';
import { transaction } from '../../../src/ledger/file/transaction.ts';
import { isOfPruned } from '../../../src/ledger/keep/pruned.ts';
import { type LedgerWorld, ledgerWorld } from '../ledgerWorld.ts';
import { smokeMark, startMark } from '../makeMarks.ts';
import { plain, played, pruned } from './played.ts';

const many = Array.from({ length: 20 }, () => plain);

/** What was there, and twenty more deployments, 500 days later. */
async function pruneAll(world: LedgerWorld): Promise<void> {
  const there = played(many, world);
  world.pass(500 * 86_400);
  await pruned(there, 400);
}

const totals = (world: LedgerWorld) => world.rows('SELECT * FROM totals');

test.each([
  { what: 'nothing', later: () => {}, isLeftOut: true },
  {
    what: 'a late mark',
    later: (world: LedgerWorld) =>
      void world.apply(smokeMark(world.context.instant(), { deploymentId: 'd0' })),
    isLeftOut: true,
  },
  {
    what: 'the same one, imported as history',
    later: ({ database, context }: LedgerWorld, carried: ReturnType<typeof exportedDeployment>) =>
      void transaction(database, { mode: 'write' }, () =>
        importDeployment(database, { carried, wallMs: context.instant().wallMs }),
      ),
    isLeftOut: true,
  },
  {
    what: 'a newer deployment',
    later: (world: LedgerWorld) =>
      void world.apply(startMark(world.context.instant(), { deploymentId: 'd0' })),
    isLeftOut: true,
  },
  {
    what: 'a newer deployment by a clock that was set back',
    later: (world: LedgerWorld) => {
      world.pass(-600 * 86_400);
      world.apply(startMark(world.context.instant(), { deploymentId: 'd0' }));
    },
    isLeftOut: false,
  },
])(
  'a mark of a pruned deployment does not count again if its ID has $what now',
  async ({ later, isLeftOut }) => {
    const world = ledgerWorld();
    const at = world.context.instant();
    const there = played(many, world);
    const carried = exportedDeployment(world.database, 'd0');
    world.pass(500 * 86_400);
    await pruned(there, 400);
    later(world, carried);
    expect(isOfPruned(world.database, { deploymentId: 'd0', at })).toBe(isLeftOut);
    expect(isOfPruned(world.database, { deploymentId: 'd19', at })).toBe(false);
  },
);

test('a container that is seen again after its deployment was pruned does not count again', async () => {
  const world = ledgerWorld();
  const { context, database } = world;
  const id = 'c'.repeat(64);
  const atMs = context.instant().wallMs;
  const state: ContainerState = {
    id,
    name: 'web',
    labels: {},
    image: null,
    imageId: null,
    createdMs: atMs,
    startedMs: atMs,
    isRunning: true,
    endedMs: null,
    exitCode: null,
    hasHealthcheck: false,
    health: null,
  };
  const labels = {
    deployment: 'shop',
    version: '1.0',
    environment: null,
    timestampMs: null,
    commitSha: null,
    status: null,
  };
  const place = { hostname: 'web-0', environment: 'production' };
  const seen = () =>
    transaction(database, { mode: 'write' }, () =>
      ingestContainer({ context, database }, { state, labels, place }),
    );
  seen();
  transaction(database, { mode: 'write' }, () =>
    ingestRemoval({ context, database }, { containerId: id, atMs: atMs + 1000 }),
  );
  await pruneAll(world);
  const before = totals(world);
  seen();
  expect(world.deployment(deploymentIdOf(id))).toEqual({});
  expect(totals(world)).toEqual(before);
});

test('what a webhook still says of a pruned deployment is late, and leaves no row', async () => {
  const world = ledgerWorld();
  const { context, database } = world;
  const event: DeploymentEvent = {
    source: 'github',
    eventId: 'e1',
    atMs: context.instant().wallMs,
    deploymentId: 'github-7',
    step: 'ended',
    subject: {
      deployment: 'shop',
      environment: 'production',
      isTransient: false,
      service: null,
      host: 'web-0',
      origin: 'github',
      version: '1.0',
      previousVersion: null,
      commitSha: null,
      url: null,
      triggeredBy: null,
      triggeredAtMs: null,
      method: 'github',
      notes: null,
      startedAtMs: null,
    },
    end: { status: 'success', error: null },
    facts: { 'github.id': 7 },
  };
  const said = (eventId: string) =>
    transaction(database, { mode: 'write' }, () =>
      ingestEvent(context, { database, event: { ...event, eventId }, instance: null }),
    );
  expect(said('e1').taken).toBe('taken');
  await pruneAll(world);
  const before = totals(world);
  expect(said('e2').taken).toBe('late');
  expect(totals(world)).toEqual(before);
  expect(world.rows("SELECT 1 FROM deployment_facts WHERE deployment_id = 'github-7'")).toEqual([]);
});
