import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { command as pushCommand } from '../../src/commands/push.ts';
import { listGroups } from '../../src/ledger/push/deliveries.ts';
import { readSnapshot } from '../../src/ledger/push/snapshot.ts';
import { type Repair, repairLedger } from '../../src/ledger/repair/repairLedger.ts';
import { exposition } from '../../src/metrics/exposition.ts';
import { groupSamples } from '../../src/metrics/samples.ts';
import { groupPath } from '../../src/push/gateway/gatewayAddress.ts';
import { testHost } from '../commands/testSession.ts';
import type { LedgerWorld } from '../ledger/ledgerWorld.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { newProgram } from '../support/program.ts';
import { damageLedger } from './damage.ts';
import { copyLedger, deploy, filledLedger, readableRows } from './filledLedger.ts';

vi.setConfig({ testTimeout: 240_000 });

let gateway: Gateway;
let folder: string;
let pid = 5000;

beforeAll(async () => {
  gateway = await startGateway();
  folder = mkdtempSync(join(tmpdir(), 'deploytrack-pages-'));
});
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Every series of a counter or histogram that the gateway holds, with its value. */
async function counters(): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const group of await gateway.groups())
    for (const [name, { type, metrics }] of Object.entries(group.families))
      for (const { labels, value, count, sum, buckets = {} } of metrics) {
        if (type !== 'counter' && type !== 'histogram') continue;
        const parts = { value, count, sum, ...buckets };
        for (const [part, text] of Object.entries(parts))
          if (text !== undefined && name !== 'deploytrack_ledger_events_total')
            found.set(`${name} ${JSON.stringify(labels)} ${part}`, Number(text));
      }
  return found;
}

/** The text of the only group, as it is pushed, and its path. */
function bodyOf({ database }: LedgerWorld): { path: string; body: string } {
  const [group] = listGroups(database, { deploymentId: null });
  if (group === undefined) throw new Error('there is no group');
  const snapshot = readSnapshot(database, { groupId: group.groupId, programVersion: '0' });
  return { path: groupPath(group), body: exposition(groupSamples(snapshot)) };
}

async function hold({ path, body }: { path: string; body: string }): Promise<void> {
  const answer = await fetch(gateway.url + path, { method: 'PUT', body });
  if (!answer.ok) throw new Error(await answer.text());
}

/** The exit code of `push`, and what it said. */
async function push(ledger: string): Promise<{ code: number; said: string }> {
  // A process of its own: a log that was cut off may say that the push before is still running.
  pid += 1;
  const host = testHost({ pid });
  const { session, code } = await host.run(pushCommand, {
    ledger,
    gateway: gateway.url,
    'gateway-timeout': '60s',
  });
  session.store.close();
  return { code, said: host.context.stderr.text };
}

/** By the function itself, and a few times by the program, which asks the gateway. */
async function repaired(path: string, seed: number): Promise<Repair | Error> {
  if (seed % 25 !== 0)
    return repairLedger(testHost().context, { path, timeoutMs: 1000 }).catch((error: Error) => error);
  const program = newProgram({ ledger: path, env: { PUSHGATEWAY_URL: gateway.url } });
  const { stdout, stderr } = await program.run(['doctor', '--repair']);
  rmSync(program.folder, { recursive: true });
  const damagedPath = /set aside as (\S+);/.exec(stdout)?.[1];
  if (damagedPath !== undefined)
    return { outcome: 'repaired', damagedPath, damage: stdout, leftOut: [] } as unknown as Repair;
  return stdout.includes('nothing to repair') ? { outcome: 'sound' } : new Error(stderr);
}

test('a ledger with random pages overwritten is repaired or refused, never worse than before, and its totals never fall', async () => {
  const world = filledLedger(45);
  expect(await push(world.path)).toMatchObject({ code: 0 });
  const held = bodyOf(world);
  deploy(world, { from: 45, to: 50 });
  const base = join(folder, 'base.db');
  copyLedger(world.path, base);
  await hold(held);
  const before = await counters();
  expect(await push(copyOf(base, 'undamaged'))).toMatchObject({ code: 0 });
  const whole = await counters();
  const original = readableRows(copyOf(base, 'readable'));
  const keys = new Set([...original].map(keyOf));
  const outcomes = { sound: 0, repaired: 0, refused: 0 };
  for (let seed = 1; seed <= 100; seed += 1) {
    const path = copyOf(base, `seed-${seed}`);
    const what = `seed ${seed}: ${damageLedger(path, seed)}`;
    const readable = readableRows(copyOf(path, 'readable'));
    const bytes = filesOf(path);
    await hold(held);
    const result = await repaired(path, seed);
    if (result instanceof Error) {
      outcomes.refused += 1;
      expect([what, filesOf(path)]).toEqual([what, bytes]);
      expect([what, result.message]).toEqual([what, expect.stringMatching(/cannot repair .*left untouched/)]);
    } else {
      outcomes[result.outcome === 'sound' ? 'sound' : 'repaired'] += 1;
      if (result.outcome === 'repaired') {
        const left = readableRows(copyOf(path, 'after'));
        const lost = [...readable].filter((row) => original.has(row) && !left.has(row));
        const invented = [...left].map(keyOf).filter((key) => !keys.has(key));
        expect([what, lost, invented]).toEqual([what, [], []]);
        expect([what, readFileSync(result.damagedPath).equals(bytes.file)]).toEqual([what, true]);
      }
      expect([what, await push(path)]).toEqual([what, { code: 0, said: expect.any(String) }]);
      const after = await counters();
      for (const [series, value] of before)
        expect([what, series, (after.get(series) ?? -1) >= value - 1e-9]).toEqual([what, series, true]);
      // A log that was cut off at a commit is an older state of the ledger, which nothing distinguishes from a copy.
      if (result.outcome === 'sound' && what.includes('truncated')) continue;
      for (const [series, value] of after)
        expect([what, series, value <= (whole.get(series) ?? 0) + 1e-9]).toEqual([what, series, true]);
      if (result.outcome === 'repaired' && result.hasAllTotals) expect([what, after]).toEqual([what, whole]);
    }
    rmSync(dirname(path), { recursive: true });
  }
  expect(outcomes.repaired).toBeGreaterThan(50);
});

/** Table, ID and deployment of a row: of a damaged log an older state of a row may be all that is left. */
function keyOf(row: string): string {
  return /^(\w+ \{"id":\d+,).*("deployment_id":"[^"]*")/.exec(row)?.slice(1).join('') ?? row;
}

function copyOf(path: string, name: string): string {
  const copy = join(folder, name, 'deployments.db');
  rmSync(dirname(copy), { recursive: true, force: true });
  copyLedger(path, copy);
  return copy;
}

function filesOf(path: string): { file: Buffer; log: Buffer | null } {
  return {
    file: readFileSync(path),
    log: existsSync(`${path}-wal`) ? readFileSync(`${path}-wal`) : null,
  };
}
