import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newProgram } from '../support/program.ts';

/** What the shell integration writes for so many phases. */
function linesOf(phases: number): string {
  const seconds = Date.now() / 1000 - 60;
  const line = (number: number, mark: string) => ({
    ...{ shell: 1, deploymentId: 'd', clock: `${seconds * 1000} boot`, caller: 'boot/pid:[1]/1/1' },
    mark: `${(seconds + number / 1000).toFixed(6)} ${number} ${mark}`,
  });
  return Array.from({ length: phases }, (_, number) => [
    line(2 * number, `phase-start p${number % 20}`),
    line(2 * number + 1, `phase-end p${number % 20} -`),
  ])
    .flat()
    .map((one) => `${JSON.stringify(one)}\n`)
    .join('');
}

test('no command is kept by a long journal: each takes in a part of it, in order, and none is lost or doubled', async () => {
  const program = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app' } });
  await program.quiet(['start', '--version', '1', '--id', 'd']);
  const phases = 5000;
  appendFileSync(`${program.ledger}.journal`, linesOf(phases));
  const count = () => program.rows('SELECT count(*) AS runs FROM deployment_stages')[0]?.runs as number;
  const taken: number[] = [];
  for (let tries = 0; tries < 20 && count() < phases; tries += 1) {
    await program.quiet(['cost', 'vm', '1', '--id', 'd']);
    taken.push(count());
  }
  expect(taken.length).toBeGreaterThan(1);
  expect(taken).toEqual([...taken].sort((one, other) => one - other));
  expect(taken.at(-1)).toBe(phases);
  await program.quiet(['cost', 'vm', '1', '--id', 'd']);
  expect(count()).toBe(phases);
});
