import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import type { Program, ProgramEnd } from '../support/program.ts';
import { newHost } from './host.ts';

const minutes = { timeout: 600_000 };

/** A command and when it ran, in milliseconds of this process's clock. */
interface Ran extends ProgramEnd {
  readonly word: string;
  readonly beganMs: number;
}

/** This many deployments at once, each with a group of its own, with the default timeouts. */
async function burst({ deployments, phases }: { deployments: number; phases: number }) {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  const host = newHost({ gatewayUrl: gateway.url, env: { DEPLOYTRACK_GATEWAY_TIMEOUT: '' } });
  await host.run(['init']);
  const all = () =>
    Promise.all(Array.from({ length: deployments }, (_, number) => deployOne(host, { number, phases })));
  const delivered = async () => {
    const held = await gateway.groups();
    const values = held.map(({ families }) => families.deployment_total?.metrics.find(isSuccess)?.value);
    return values.filter((value) => value === '1').length;
  };
  return { gateway, host, all, delivered };
}

function isSuccess({ labels }: { labels: Readonly<Record<string, string>> }): boolean {
  return labels.status === 'success';
}

async function deployOne(
  host: Program,
  { number, phases }: { number: number; phases: number },
): Promise<Ran[]> {
  const ran: Ran[] = [];
  const env = { DEPLOYTRACK_DEPLOYMENT: `app-${number}` };
  const say = async (args: readonly string[], id?: string) => {
    const beganMs = performance.now();
    const end = await host.run(args, {
      env: { ...env, ...(id === undefined ? {} : { DEPLOYTRACK_ID: id }) },
    });
    ran.push({ ...end, word: args[0] ?? '', beganMs });
    return end.stdout.trim();
  };
  const id = await say(['start']);
  for (let phase = 0; phase < phases; phase += 1)
    await say(['phase', 'run', `step_${phase}`, '--', 'true'], id);
  await say(['finish'], id);
  return ran;
}

/**
 * Number of commands with marks in a journal: a journal keeps its lines after they are imported. A wrapped
 * phase may have saved its start and its end there, and warns once.
 */
function journaled(host: Program): number {
  const lines = host
    .journals()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  return new Set(lines.map((line) => (JSON.parse(line) as { runId?: string }).runId ?? line)).size;
}

test(
  'every mark of many parallel deployments is in the ledger, and each group is pushed without `push`',
  minutes,
  async () => {
    const { host, all, delivered } = await burst({ deployments: 24, phases: 8 });
    const ran = (await all()).flat();
    expect(ran.filter(({ code }) => code !== 0)).toEqual([]);
    expect(ran.filter(({ stderr }) => stderr.includes('is locked'))).toEqual([]);
    expect(journaled(host)).toBe(0);
    expect(host.rows('SELECT count(*) AS n FROM deployment_stages')).toEqual([{ n: 24 * 8 }]);
    expect(
      host.rows('SELECT count(*) AS n FROM groups WHERE seq > delivered_seq AND deployment LIKE ?', 'app-%'),
    ).toEqual([{ n: 0 }]);
    expect(await delivered()).toBe(24);
  },
);

test(
  'parallel deployments save to the journal only the marks that waited for a ledger locked for three seconds',
  minutes,
  async () => {
    const { host, all, delivered } = await burst({ deployments: 24, phases: 5 });
    const running = all();
    // As soon as the first phases are recorded.
    const locked = await lockFor(host, { ms: 3000 });
    const ran = (await running).flat();
    expect(ran.filter(({ code }) => code !== 0)).toEqual([]);
    const kept = ran.filter(({ stderr }) => stderr.includes('the mark was saved to'));
    expect(kept.filter(({ beganMs }) => beganMs > locked.untilMs)).toEqual([]);
    expect(journaled(host)).toBe(kept.length);
    expect(host.rows('SELECT count(*) AS n FROM deployment_stages')).toEqual([{ n: 24 * 5 }]);
    expect(await delivered()).toBe(24);
  },
);

/** Another process that holds the ledger's write lock for this long after it got it. */
async function lockFor(host: Program, { ms }: { ms: number }): Promise<{ untilMs: number }> {
  const script = `
    const database = new (require('better-sqlite3'))(process.argv[1], { timeout: 60000 });
    const stages = database.prepare('SELECT count(*) FROM deployment_stages').pluck();
    const look = setInterval(() => {
      if (stages.get() === 0) return;
      clearInterval(look);
      database.exec('BEGIN IMMEDIATE');
      setTimeout(() => { database.exec('ROLLBACK'); process.exit(0); }, Number(process.argv[2]));
    }, 20);`;
  const locker = spawn(process.execPath, ['-e', script, host.ledger, String(ms)], { stdio: 'inherit' });
  await once(locker, 'exit');
  return { untilMs: performance.now() };
}
