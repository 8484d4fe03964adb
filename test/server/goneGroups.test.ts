import { expect, onTestFinished, test } from 'vitest';
import { mend, theProblem } from '../doctor/doctor.ts';
import { startGateway } from '../support/gateway.ts';
import { newProgram, type Program } from '../support/program.ts';
import { serve } from '../support/serve.ts';

async function deployed(program: Program, name: string): Promise<void> {
  const id = await program.quiet(['start', '--deployment', name, '--version', '1.0.0']);
  await program.quiet(['finish', '--id', id]);
}

async function shown(url: string): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...new Set([...text.matchAll(/deployment="(\w+)"/g)].map(([, name = '']) => name))].sort();
}

test('a group removed by `push --delete` ages out of the gateway and /metrics, unlike a quiet one, and returns with the next mark', async () => {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  const program = newProgram({ env: { PUSHGATEWAY_URL: gateway.url } });
  await deployed(program, 'left');
  await program.quiet(['push', '--delete']);
  await deployed(program, 'stays');
  // The other deployment pushed it again, as every `push` does.
  await program.quiet(['push']);
  const names = async () => (await gateway.groups()).map(({ labels }) => labels.deployment).sort();
  expect(await names()).toEqual(['left', 'stays']);

  const patient = await serve({ program });
  expect(await shown(patient.url)).toEqual(['left', 'stays']);
  await patient.stop();

  const { url } = await serve({ program, args: ['--stale-after', '1ms'] });
  expect(await shown(url)).toEqual(['stays']);
  expect(await names()).toEqual(['stays']);
  await program.quiet(['push']);
  expect(await names()).toEqual(['stays']);
  expect(program.rows("SELECT count(*) AS n FROM deployment_metrics WHERE deployment = 'left'")).toEqual([
    { n: 1 },
  ]);

  await deployed(program, 'left');
  expect(await shown(url)).toEqual(['left', 'stays']);
  expect(await names()).toEqual(['left', 'stays']);
});

test('doctor reports a group that is both pushed and scraped', async () => {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  const program = newProgram({ env: { PUSHGATEWAY_URL: gateway.url } });
  await deployed(program, 'gateway');
  const { url, stop } = await serve({ program });
  await fetch(`${url}/metrics`);
  expect((await program.run(['doctor'])).stdout).not.toContain('every series twice');
  await fetch(`${url}/metrics`, { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': '10' } });
  await stop();
  const { code, stdout } = await program.run(['doctor']);
  expect([code, stdout]).toEqual([
    1,
    expect.stringMatching(/gateway\/production on \w+: both pushed to the gateway and scraped from `serve`/),
  ]);
  expect(await mend(program, await theProblem(program, 'groups'))).toEqual([]);
  expect(await gateway.groups()).toEqual([]);
});
