import { expect, test } from 'vitest';
import { manyDeployments } from '../support/manyDeployments.ts';
import type { Program } from '../support/program.ts';

/** Hours whose rows are still read by reports. */
const hoursLeft = ({ rows }: Program) =>
  Number(rows('SELECT count(*) AS hours FROM rollup_changes WHERE length(unit) = 13')[0]?.hours);

/** Without the figures that roll-ups give within one percent. */
async function exactFigures(program: Program): Promise<unknown> {
  const text = await program.quiet(['stats', '--format', 'json']);
  return JSON.parse(text, (name, value) => (/median|p95|quantile/.test(name) ? undefined : value));
}

test('finish rolls up a part of the hours that have ended, init all of them, and stats say the same', async () => {
  const program = await manyDeployments(2500);
  const before = hoursLeft(program);
  expect(before).toBeGreaterThan(40);
  await program.quiet(['run', '--deployment', 'shop', '--version', '2.0.0', '--', 'true']);
  const afterFinish = hoursLeft(program);
  expect(afterFinish).toBeLessThan(before);
  const figures = await exactFigures(program);
  await program.run(['init']);
  // The hours of now: another one may have begun during the test.
  expect(hoursLeft(program)).toBeLessThanOrEqual(2);
  expect(await exactFigures(program)).toEqual(figures);
  expect(figures).toMatchObject({ total_deployments: 2501 });
});
