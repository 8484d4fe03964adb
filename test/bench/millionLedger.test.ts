import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { newProgram } from '../support/program.ts';

const script = fileURLToPath(new URL('../../scripts/million-ledger.mjs', import.meta.url));

test('the ledger for measuring is one that the program reads, with everything that a real ledger has', async () => {
  const program = newProgram({ script });
  const made = await program.run([program.ledger, '2100']);
  expect([made.code, made.stderr]).toEqual([0, expect.stringContaining('2100 of 2100 deployments')]);
  const [has] = program.rows(
    `SELECT count(*) AS deployments, sum(deployment_status = 'failed') AS failed, count(DISTINCT version) AS versions,
       (SELECT count(*) FROM rollbacks) > 0 AS rolled_back, (SELECT count(*) FROM rollups) > 0 AS rolled_up, (SELECT count(DISTINCT stage) FROM deployment_stages) AS phases
     FROM deployment_metrics`,
  );
  expect(has).toMatchObject({ deployments: 2100, versions: 2100, rolled_back: 1, rolled_up: 1, phases: 5 });
  expect(has?.failed).toBeGreaterThan(0);
  const stats = await newProgram({ ledger: program.ledger }).quiet(['stats', '--format', 'json']);
  expect(JSON.parse(stats)).toMatchObject({ total_deployments: 2100 });
});

test('a ledger for measuring is not made over another file', async () => {
  const program = newProgram({ script });
  await program.run([program.ledger, '1']);
  expect(await program.run([program.ledger, '1'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('exists'),
  });
});
