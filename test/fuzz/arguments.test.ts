import fc from 'fast-check';
import { expect, test } from 'vitest';
import { acceptedOptions } from '../../src/cli/define/readInput.ts';
import { runFullParse } from '../../src/cli/fullProgram.ts';
import { commandTable } from '../../src/cli/table/commands.ts';
import { fakeContext } from '../support/context.ts';
import { expectWords, fuzzFolder, patience, runs } from './inProcess.ts';
import { oddText } from './odd.ts';

const optionNames = [
  ...new Set(commandTable.flatMap((command) => acceptedOptions(command).map(([name]) => `--${name}`))),
];
const words = fc.oneof(
  oddText,
  fc.constantFrom(...optionNames, '--', '-h', '--no-such-option', '--version'),
  fc.tuple(fc.constantFrom(...optionNames), oddText).map(([name, value]) => `${name}=${value}`),
  fc.constantFrom(...commandTable.flatMap(({ name }) => name.split(' '))),
);
const argvOf = (names: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...names), fc.array(words, { maxLength: 6 }))
    .map(([name, rest]) => [...name.split(' '), ...rest]);

/** They run what they are given, wait for connections, or write where an argument says. */
const running =
  /run|extract|venv|migrate|cutover|smoke|verify|rollback|serve|dashboards|rules|export|report|init|push/;
const recording = commandTable.map(({ name }) => name).filter((name) => !running.test(name));

test('any arguments are parsed, explained by help or rejected as a usage error', {
  timeout: patience,
}, async () => {
  await fc.assert(
    fc.asyncProperty(argvOf(commandTable.map(({ name }) => name)), async (argv) => {
      const context = fakeContext();
      const code = await runFullParse(argv, { context, act: async () => 0 }).catch((error: unknown) => {
        expect(error).toMatchObject({ name: 'DeploytrackError', code: 'USAGE' });
        return 2;
      });
      expectWords({ code, stdout: '', stderr: context.stderr.text || 'deploytrack: ' });
    }),
    { numRuns: runs(400) },
  );
});

test('any arguments of a command that records or reads give an exit code of the contract', {
  timeout: patience,
}, async () => {
  const { run } = fuzzFolder();
  await fc.assert(
    fc.asyncProperty(argvOf(recording), async (argv) => {
      expectWords(await run(argv));
    }),
    { numRuns: runs(150) },
  );
});
