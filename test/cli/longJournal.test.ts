import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newProgram } from '../support/program.ts';

/** What the shell integration writes for so many phases; each line is as long as 4 KiB, by blanks that mean nothing. */
function linesOf(phases: number): string {
  const seconds = Date.now() / 1000 - 60;
  const line = (number: number, mark: string) =>
    JSON.stringify({
      ...{ shell: 1, deploymentId: 'd', clock: `${seconds * 1000} boot`, caller: 'boot/pid:[1]/1/1' },
      mark: `${(seconds + number / 1000).toFixed(6)} ${number} ${mark}`,
    });
  return Array.from({ length: phases }, (_, number) => [
    line(2 * number, `phase-start p${number % 20}`),
    line(2 * number + 1, `phase-end p${number % 20} -`),
  ])
    .flat()
    .map((one) => `${one.padEnd(4095)}\n`)
    .join('');
}

test('a journal that is longer than what is read at once is imported before the deployment is finished', async () => {
  const program = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app' } });
  await program.quiet(['start', '--version', '1', '--id', 'd']);
  const phases = 300; // 2.3 MiB
  appendFileSync(`${program.ledger}.journal`, linesOf(phases));
  await program.quiet(['finish', '--id', 'd']);
  const [ended] = program.rows(
    "SELECT count(*) AS runs, sum(late) AS late FROM deployment_stages WHERE status = 'success'",
  );
  expect(ended).toEqual({ runs: phases, late: 0 });
});
