import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { newProgram } from '../support/program.ts';
import { type Served, serve } from '../support/serve.ts';

/** A server of a year of deployments with failures, rollbacks, 20 hosts and several sites, after all are rolled up. */
async function ofMany(count: number): Promise<Served> {
  const program = newProgram();
  execFileSync(process.execPath, ['scripts/million-ledger.mjs', program.ledger, String(count)], {
    stdio: 'pipe',
  });
  const served = await serve({ program });
  // The hours of now are not over, so they are never rolled up.
  const isFolded = () =>
    Number(program.rows('SELECT count(*) AS n FROM rollup_changes')[0]?.n) <= 3 || undefined;
  await eventually(isFolded, { what: 'roll-ups', deadlineMs: 60_000, everyMs: 200 });
  return served;
}

/** Seconds of CPU that a process has used: unlike the time of a response, other processes do not change it. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** What a page asks for when it opens, when a mark comes, and when somebody pages, filters, searches and sorts. */
function pathsOf(ids: string): string[] {
  const list = ['', '&status=failed', '&status=rolled-back', '&search=nothing', '&sort=took', `&ids=${ids}`];
  return [
    '/api/overview?period=all',
    '/api/overview?period=all&deployment=gateway&environment=production',
    ...list.map((query) => `/api/deployments?period=all${query}`),
  ];
}

async function ask({ url, program }: Served): Promise<void> {
  const [newest] = program.rows(
    'SELECT deployment_id AS id FROM deployment_metrics ORDER BY id DESC LIMIT 1',
  );
  for (const path of pathsOf(String(newest?.id))) {
    const response = await fetch(`${url}${path}`);
    expect([path, response.status]).toEqual([path, 200]);
    await response.arrayBuffer();
  }
}

async function costOf(served: Served, rounds: number): Promise<number> {
  const before = cpuSeconds(served.pid);
  for (let round = 0; round < rounds; round += 1) await ask(served);
  return cpuSeconds(served.pid) - before;
}

test('the web UI costs a server of 8,800 deployments no more CPU time than one of 2,200', {
  timeout: 300_000,
}, async () => {
  const [few, many] = [await ofMany(2200), await ofMany(8800)];
  for (const served of [few, many]) await costOf(served, 3); // compiled, and the pages of the ledger are read
  const costs = { few: 0, many: 0 };
  for (let round = 0; round < 5; round += 1) {
    costs.few += await costOf(few, 3);
    costs.many += await costOf(many, 3);
  }
  expect(costs.many / costs.few, JSON.stringify(costs)).toBeLessThanOrEqual(1.5);
});
