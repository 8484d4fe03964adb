import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { findingsOf, mend, problemsOf, theProblem } from './doctor.ts';

vi.setConfig({ testTimeout: 60_000 });

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

/** A program, and the same with the ledger that its account would have by default. */
function twoLedgers(url: string): { program: Program; second: Program } {
  const program = newProgram({ env: { PUSHGATEWAY_URL: url, DEPLOYTRACK_INSTANCE: 'web-1' } });
  const state = join(program.folder, 'state');
  const env = { ...program.env, XDG_STATE_HOME: state };
  const at = join(state, 'deploytrack', 'deployments.db');
  const own = newProgram({ ledger: program.ledger, env });
  return { program: own, second: newProgram({ ledger: at, env: { ...env, DEPLOYTRACK_LEDGER: at } }) };
}

test('doctor names a second ledger that pushes the same group, and its command joins the two', async () => {
  const { program, second } = twoLedgers(gateway.url);
  for (const [one, version] of [
    [second, '1'],
    [program, '2'],
  ] as const) {
    await one.quiet(['start', '--deployment', 'app', '--version', version, '--id', `v${version}`]);
    await one.quiet(['finish', '--id', `v${version}`]);
  }
  // An open deployment must not lose its ledger.
  await second.quiet(['start', '--deployment', 'other', '--version', '3', '--id', 'v3']);
  const inUse = await theProblem(program, 'second-ledger');
  expect([inUse.command, inUse.fix]).toEqual(['deploytrack doctor', expect.stringMatching(/^wait until /)]);
  await second.quiet(['finish', '--id', 'v3']);
  const found = await theProblem(program, 'second-ledger');
  expect(found.message).toContain(`${second.ledger} both push the group app/production on web-1`);
  expect(await mend(program, found)).toEqual([]);
  expect(['', '-wal', '.imported'].map((end) => existsSync(second.ledger + end))).toEqual([
    false,
    false,
    true,
  ]);
  expect(program.rows('SELECT deployment_id AS id FROM deployment_metrics ORDER BY 1')).toEqual([
    { id: 'v1' },
    { id: 'v2' },
    { id: 'v3' },
  ]);
});

test('doctor only mentions a second ledger that has pushed nothing', async () => {
  const { program, second } = twoLedgers('');
  for (const one of [program, second]) await startDeployment(one);
  expect(await problemsOf(program)).toEqual([]);
  const mentioned = (await findingsOf(program)).filter(({ check }) => check === 'second-ledger');
  expect(mentioned.map(({ state }) => state)).toEqual(['ok']);
});
