import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Account, newAccount } from './account.ts';
import { type ModelGateway, startModelGateway } from './modelGateway.ts';

const deployments = Array.from({ length: 30 }, (_, at) => `app-${at}`);

async function inWorld(): Promise<{
  gateway: ModelGateway;
  account(name: string, ledger?: string): Account;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'many-groups-'));
  const gateway = await startModelGateway();
  onTestFinished(async () => {
    await gateway.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const account = (name: string, ledger = name) => {
    const made = newAccount({ folder, name, ledger, gatewayUrl: gateway.url, deployments });
    onTestFinished(() => made.close());
    return made;
  };
  return { gateway, account };
}

/** The number of successful deployments of each group on the gateway. */
function counted(gateway: ModelGateway): number[] {
  const lines = gateway.text().matchAll(/^deployment_total\{[^}]*status="success"[^}]*\} (\d+)$/gm);
  return [...lines].map(([, value]) => Number(value));
}

test('push of many groups reads the gateway once, not once for each group', async () => {
  const { gateway, account } = await inWorld();
  const host = account('a');
  await host.count(1, 2);
  await host.deliver('begin');
  expect(gateway.reads).toBe(1);
  expect(counted(gateway)).toEqual(deployments.map(() => 1));
});

test('push of many groups that takes long reads it again, so that it sees what other ledgers push', async () => {
  const { gateway, account } = await inWorld();
  const host = account('a');
  await host.count(1, 2);
  gateway.beforePut = async () => host.wait(1000);
  await host.deliver('begin');
  expect(gateway.reads).toBeGreaterThan(1);
  expect(gateway.reads).toBeLessThan(deployments.length / 2);
});

test('push of many groups continues from the totals of another ledger in each of them', async () => {
  const { gateway, account } = await inWorld();
  const other = account('a');
  await other.count(5, 2);
  await other.deliver('begin');
  const host = account('b');
  await host.count(2, 2);
  await host.deliver('begin');
  expect(gateway.reads).toBe(2);
  expect(counted(gateway)).toEqual(deployments.map(() => 7));
});

test('what another process pushes after the gateway was read for all groups is not counted again and not lost', async () => {
  const { gateway, account } = await inWorld();
  const other = account('a');
  await other.count(5, 2);
  await other.deliver('begin');
  const [first, second] = [account('b'), account('second process', 'b')];
  await first.count(2, 2);
  let puts = 0;
  gateway.beforePut = async () => {
    puts += 1;
    if (puts !== 1) return;
    await second.count(1, 2);
    await second.deliver('begin');
  };
  await first.deliver('begin');
  expect(puts).toBeGreaterThan(deployments.length);
  await first.deliver('begin');
  expect(counted(gateway)).toEqual(deployments.map(() => 8));
});
