import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { newProgram, type Program } from '../support/program.ts';
import { findingsOf, mend, problemsOf, theProblem } from './doctor.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

function host(instance: string): Program {
  const env = { PUSHGATEWAY_URL: gateway.url, DEPLOYTRACK_INSTANCE: instance, DEPLOYTRACK_VERSION: '1' };
  return newProgram({ env });
}

/** One deployment, pushed. */
async function deploy(program: Program, name = 'app'): Promise<void> {
  await program.quiet(['run', '--deployment', name, '--', 'true']);
}

/** The ledger has no log next to it when no command runs. */
function copyOf(from: Program, to: string): void {
  expect(existsSync(`${from.ledger}-wal`)).toBe(false);
  copyFileSync(from.ledger, to);
}

const total = (instance: string, name = 'app') =>
  gateway.value('deployment_total', { instance, deployment: name, status: 'success' });

test('doctor reports that an older copy of the ledger was restored, and push continues from the totals', async () => {
  const program = host('restored');
  await deploy(program);
  copyOf(program, `${program.ledger}.backup`);
  await deploy(program);
  await deploy(program, 'other');
  copyFileSync(`${program.ledger}.backup`, program.ledger);
  const found = await theProblem(program, 'copies');
  expect(found.message).toMatch(
    /^the gateway has a later state of app\/production on restored, and of 1 more than this ledger/,
  );
  await mend(program, found);
  expect(await problemsOf(program)).toEqual([]);
  expect(await total('restored')).toBe(2);
  await deploy(program);
  expect(await total('restored')).toBe(3);
  expect(await total('restored', 'other')).toBe(1);
});

test('doctor reports on both hosts that a copy of the ledger is used on another host', async () => {
  const [original, copy] = [host('web-1'), host('web-2')];
  await deploy(original);
  copyOf(original, copy.ledger);
  const image = (await findingsOf(copy)).find(({ check }) => check === 'copies');
  expect(image).toMatchObject({
    state: 'ok',
    message: expect.stringContaining('no group of this host, web-2'),
  });
  await deploy(copy);
  await deploy(original);
  const there = await theProblem(original, 'copies');
  expect(there.message).toMatch(/also used on web-2: a copy of it has pushed app\/production on web-2$/);
  expect(there.fix).toMatch(/^on web-2, run `/);
  const here = await theProblem(copy, 'copies');
  expect(here.message).toMatch(
    /this ledger is a copy: the one of web-1 has pushed app\/production on web-1 since$/,
  );
  await mend(copy, here);
  expect(existsSync(`${copy.ledger}.copy`)).toBe(true);
  expect(await problemsOf(copy)).toEqual([]);
  expect(await problemsOf(original)).toEqual([]);
  expect([await total('web-1'), await total('web-2')]).toEqual([2, 1]);
});

test('the command that doctor prints for another host creates a new ledger there', async () => {
  const [original, copy] = [host('web-3'), host('web-4')];
  await deploy(original);
  copyOf(original, copy.ledger);
  await deploy(copy);
  await deploy(original);
  const found = await theProblem(original, 'copies');
  expect(found.fix).toMatch(/^on web-4, run `/);
  // Both hosts have their ledger at the same path.
  const path = original.ledger;
  renameSync(path, `${path}.of-web-3`);
  renameSync(copy.ledger, path);
  const there = newProgram({ ledger: path, env: { ...copy.env, DEPLOYTRACK_LEDGER: path } });
  expect(await mend(there, found)).toEqual([]);
  expect(existsSync(`${path}.copy`)).toBe(true);
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
  renameSync(`${path}.of-web-3`, path);
  expect(await problemsOf(original)).toEqual([]);
});
