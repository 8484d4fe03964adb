import { expect, test } from 'vitest';
import { acceptedOptions } from '../../src/cli/define/readInput.ts';
import { commandTable } from '../../src/cli/table/commands.ts';
import { newProgram } from '../support/program.ts';

const reading = ['stats', 'history', 'show', 'compare', 'report'];
const choices = commandTable
  .filter(({ name }) => reading.includes(name))
  .flatMap((command) =>
    acceptedOptions(command).flatMap(([name, { choices = [], offered = choices }]) =>
      offered.map((choice) => [command.name, `--${name}`, choice] as const),
    ),
  );

test('every value that completion offers for an option is accepted by its command', {
  timeout: 150_000,
}, async () => {
  const program = newProgram();
  await program.quiet(['run', '--deployment', 'shop', '--version', '1', '--', 'true']);
  const operands: Readonly<Record<string, string[]>> = { compare: ['1', '1'], report: ['--since', '1d'] };
  for (const [word, option, choice] of choices) {
    const value = choice === 'file:' ? `file:${program.folder}/warnings` : choice;
    const { code, stderr } = await program.run([word, ...(operands[word] ?? []), option, value]);
    // `show` may find no deployment with such a status.
    expect([code, stderr], `${word} ${option} ${choice}`).not.toEqual([2, expect.anything()]);
  }
  expect(choices.length).toBeGreaterThan(30);
});
