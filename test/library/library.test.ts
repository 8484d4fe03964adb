import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLedger } from '../../src/library.ts';
import { existing, newPath, problemOf } from '../ledger/newLedger.ts';
import { root } from '../readme/document.ts';
import { takeApart } from '../readme/takeApart.ts';
import { newProgram, type Program } from '../support/program.ts';
import { type Consumer, packedConsumer } from './packed.ts';

const inUse = `
  const ledger = openLedger();
  const [first] = ledger.lastDeployments({ limit: 1, environment: 'production' });
  const { total, successful, totalSeconds } = ledger.statistics({ deployment: 'gateway' });
  const phases = ledger.deployment(first.id).stages.map((run) => run.stage);
  console.log(JSON.stringify({ version: first.version, latest: ledger.latest().version, total, successful, count: totalSeconds.count, phases }));
  ledger.close();
  try { openLedger('/nowhere/deployments.db'); } catch (error) { console.log(error instanceof DeploytrackError, error.code); }
`;

describe('Installed package', () => {
  let consumer: Consumer;
  let program: Program;
  beforeAll(async () => {
    consumer = packedConsumer();
    program = newProgram();
    await deploy(program, '1.0.0');
    await deploy(program, '1.1.0', '--status', 'failed');
  });
  afterAll(() => consumer.remove());

  test.each([
    ['ask.mjs', `import { DeploytrackError, openLedger } from 'deploytrack';${inUse}`],
    ['ask.cjs', `const { DeploytrackError, openLedger } = require('deploytrack');${inUse}`],
  ])('the installed library works in %s', async (name, text) => {
    const { code, stdout, stderr } = await consumer.node(name, text, { DEPLOYTRACK_LEDGER: program.ledger });
    expect([code, stderr]).toEqual([0, '']);
    const [answer = '', error] = stdout.trim().split('\n');
    expect(JSON.parse(answer)).toEqual({
      version: '1.1.0',
      latest: '1.1.0',
      total: 2,
      successful: 1,
      count: 1,
      phases: ['extract'],
    });
    expect(error).toBe('true LEDGER_UNUSABLE');
  });

  test('the example of docs/library.md works with the installed library', async () => {
    const [example] = takeApart(readFileSync(join(root, 'docs/library.md'), 'utf8')).blocks;
    const said = await consumer.node('page.mjs', example?.text ?? '', { DEPLOYTRACK_LEDGER: program.ledger });
    expect(said).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(
        /^1\.1\.0 failed [\d.]+ null\n1\.0\.0 success [\d.]+ null\n0\.5 null\n1\.1\.0\n$/,
      ),
    });
  });

  test('the types of the library compile in strict mode and reject wrong arguments', async () => {
    const right = `
      import { type DeploymentRecord, DeploytrackError, type Ledger, openLedger, type Statistics } from 'deploytrack';
      export const ledger: Ledger = openLedger('deployments.db');
      export const last: DeploymentRecord[] = ledger.lastDeployments({ limit: 10, deployment: 'gateway', environment: 'production' });
      export const seconds: number | null = last[0]!.totalSeconds;
      export const of: Statistics = ledger.statistics({ since: new Date(0), status: 'success' });
      export const mean: number | null = of.downtimeSeconds.mean;
      export const version: string | undefined = ledger.latest()?.version;
      export const verdict: string | undefined = ledger.deployment('id')?.verifications[0]?.verdict;
      export const is = (error: unknown): string => (error instanceof DeploytrackError ? error.code : '');
    `;
    const wrong = `import { openLedger } from 'deploytrack';\nopenLedger('a').lastDeployments({ limit: 'ten' });\n`;
    const said = await consumer.typeErrors({ 'right.mts': right, 'right.cts': right, 'wrong.mts': wrong });
    expect(said).toMatch(/^wrong\.mts\(2,.*TS2322[^\n]*\n$/);
  });
});

describe('Ledger opened by the library', () => {
  test('the library gives the same results as history, stats and show, and sees new marks', async () => {
    const program = newProgram();
    await deploy(program, '1.0.0');
    const ledger = openLedger(program.ledger);
    await deploy(program, '1.1.0', '--status', 'warning');
    await deploy(program, '1.2.0', '--status', 'failed');
    const said = async (...words: string[]) => JSON.parse(await program.quiet([...words, '--json']));
    const history = (await said('history')) as { deployment_id: string; total_duration: number }[];
    expect(ledger.lastDeployments().map(({ id, totalSeconds }) => [id, totalSeconds])).toEqual(
      history.map((one) => [one.deployment_id, one.total_duration]),
    );
    const stats = await said('stats');
    const { total, successful, failed, totalSeconds } = ledger.statistics();
    expect([total, successful, failed, totalSeconds.median]).toEqual([
      stats.total_deployments,
      stats.successful_deployments,
      stats.failed_deployments,
      stats.total.median,
    ]);
    expect([total, successful, failed]).toEqual([3, 2, 1]);
    expect(ledger.latest()?.version).toBe('1.2.0');
    expect(ledger.latest({ environment: 'moon' })).toBe(null);
    expect(ledger.deployment(history[0]?.deployment_id ?? '')?.deployment.status).toBe('failed');
    expect(ledger.deployment('nothing')).toBe(null);
    ledger.close();
  });

  test('the library does not write to the ledger', () => {
    const path = existing();
    const before = readFileSync(path);
    const ledger = openLedger(path);
    expect(ledger.statistics({ limit: 5 })).toMatchObject({ total: 0, totalSeconds: { mean: null } });
    ledger.close();
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('opening a missing or invalid ledger is an error with a hint', () => {
    const path = newPath();
    expect(problemOf(() => openLedger(path))).toMatchObject({
      code: 'LEDGER_UNUSABLE',
      message: `there is no ledger at ${path}`,
      hint: expect.stringContaining('deploytrack init'),
    });
    const file = join(newProgram().folder, 'notes.txt');
    writeFileSync(file, 'no database at all');
    expect(problemOf(() => openLedger(file)).code).toBe('LEDGER_NOT_OURS');
    expect(problemOf(() => openLedger('')).code).toBe('USAGE');
  });

  test('the library rejects invalid arguments, and every call after close', () => {
    const ledger = openLedger(existing());
    const asked = [{ limit: 0 }, { limit: 1.5 }, { status: 'done' }, { since: 'monday' }, { deployment: 3 }];
    for (const question of asked)
      expect(problemOf(() => ledger.lastDeployments(question as never)).code).toBe('USAGE');
    ledger.close();
    ledger.close();
    expect(problemOf(() => ledger.latest()).message).toMatch(/was closed$/);
  });
});

async function deploy(program: Program, version: string, ...finish: readonly string[]): Promise<void> {
  const id = await program.quiet(['start', '--deployment', 'gateway', '--version', version]);
  await program.quiet(['extract', '--id', id, '--', 'true']);
  await program.quiet(['finish', '--id', id, ...finish]);
}
