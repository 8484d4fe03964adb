import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { mend, problemsOf, theProblem } from './doctor.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

function host(instance: string): Program {
  return newProgram({ env: { PUSHGATEWAY_URL: gateway.url, DEPLOYTRACK_INSTANCE: instance } });
}

async function deploy(program: Program, gatewayUrl = gateway.url): Promise<void> {
  const id = await startDeployment(program);
  await program.run(['finish', '--id', id], { env: { PUSHGATEWAY_URL: gatewayUrl } });
}

test('the command that doctor prints for a group that is not pushed yet pushes it', async () => {
  const program = host('late');
  await deploy(program, 'http://127.0.0.1:9');
  const found = await theProblem(program, 'groups');
  expect(found.message).toMatch(/ on late: not pushed yet$/);
  expect(await mend(program, found)).toEqual([]);
});

test('the command that doctor prints for a group that another ledger pushed last continues from its totals', async () => {
  const [first, second] = [host('both'), host('both')];
  for (const program of [first, second]) await deploy(program);
  const found = await theProblem(first, 'groups');
  expect(found.message).toMatch(/: another ledger \(.+\) pushed this group last/);
  expect(await mend(first, found)).toEqual([]);
  expect(await gateway.value('deployment_total', { instance: 'both', status: 'success' })).toBe(2);
});

test('the command that doctor prints for rejected metrics pushes them once the cause is gone', async () => {
  const evil = `${gateway.url}/metrics/job/evil`;
  const text = '# TYPE deployment_total gauge\ndeployment_total 1\n';
  await gateway.text();
  const others = await gateway.groups();
  for (const { labels } of others)
    await fetch(
      `${gateway.url}/metrics/job/${labels.job}/instance/${labels.instance}/deployment/${labels.deployment}/environment/${labels.environment}`,
      { method: 'DELETE' },
    );
  expect((await fetch(evil, { method: 'PUT', body: text })).status).toBe(200);
  const program = host('rejected');
  await program.run(['init', '--deployment', 'app']);
  await fetch(evil, { method: 'DELETE' });
  const found = await theProblem(program, 'groups');
  expect(found.message).toMatch(/ on rejected: the gateway rejected the metrics$/);
  expect(await mend(program, found)).toEqual([]);
});

/** Moves the clock of this program, as long as the file has an offset. */
const slowClock = (file: string) => `
  const offsetMs = Number(require('node:fs').readFileSync(${JSON.stringify(file)}, 'utf8'));
  const now = Date.now;
  Date.now = () => now() + offsetMs;
`;

test('the command that doctor prints for a wrong clock of this host corrects it', async () => {
  const program = host('slow');
  await deploy(program);
  const [offset, stub] = [join(program.folder, 'offset'), join(program.folder, 'clock.cjs')];
  writeFileSync(stub, slowClock(offset));
  const env = { NODE_OPTIONS: `--require=${stub}` };
  const standIns = { timedatectl: `[ "$*" = "set-ntp true" ] && echo 0 >'${offset}'` };
  writeFileSync(offset, '-60000');
  const skewed = await theProblem(program, 'clock-skew', { env });
  expect(skewed.message).toMatch(/^the clock of this host is (59|60|61) s behind that of the gateway/);
  expect(await mend(program, skewed, { env, standIns })).toEqual([]);
  writeFileSync(offset, '-86400000');
  const found = await problemsOf(program, { env });
  expect(found.map(({ check }) => check)).toEqual(['clock', 'clock-skew']);
  for (const one of found) {
    writeFileSync(offset, '-86400000');
    expect(await mend(program, one, { env, standIns })).toEqual([]);
  }
});
