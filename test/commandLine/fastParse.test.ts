import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Parsed } from '../../src/cli/define/parsed.ts';
import { acceptedOptions } from '../../src/cli/define/readInput.ts';
import { fastParse } from '../../src/cli/fastParse.ts';
import { buildProgram } from '../../src/cli/fullParse.ts';
import { grammarOf } from '../../src/cli/main.ts';
import { splitWrapped } from '../../src/cli/splitWrapped.ts';
import { commandTable } from '../../src/cli/table/commands.ts';
import { fastCommands } from '../../src/cli/table/marks.ts';

const atOnce = commandTable.filter(({ policy }) => policy.fast).map(({ name }) => name);
const names = commandTable.map(({ name }) => name);
const ofMark = (name: string) =>
  Object.hasOwn(fastCommands, name) ? (fastCommands[name]?.() ?? null) : null;

/** The arguments as the fast parser reads them, without the record that it found; of the marks by their own table. */
function parsedFast(argv: readonly string[], find = grammarOf): Parsed | null {
  const found = fastParse(argv, find);
  if (found === null) return null;
  const { command: _command, ...parsed } = found;
  return parsed;
}

/** The arguments as the program reads them; null if it rejects them. */
async function parsedByProgram(argv: readonly string[]): Promise<Parsed | null> {
  const { own, wrapped } = splitWrapped(argv);
  let seen: Parsed | null = null;
  const program = buildProgram({
    wrapped,
    act: async (parsed) => {
      seen = parsed;
    },
    say: { out: () => {}, error: () => {} },
  });
  await program.parseAsync([...own], { from: 'user' }).catch(() => {});
  return seen;
}

test.each(atOnce)('the table of the marks parses the command %s like its record', (name) => {
  fc.assert(
    fc.property(argumentsOf(name), (argv) => {
      expect(parsedFast(argv, ofMark)).toEqual(parsedFast(argv));
    }),
  );
});

describe.each(atOnce)('The fast command %s', (name) => {
  const command = commandTable.find((one) => one.name === name);

  test('a fast command has no option that only the full parser can read', () => {
    const odd = Object.values(command?.options ?? {}).filter(
      ({ type, repeatable }) => type === 'maybe' || repeatable === true,
    );
    expect(odd).toEqual([]);
  });

  test('a fast command requires each of its arguments', () => {
    expect(Object.values(command?.args ?? {}).filter(({ optional }) => optional === true)).toEqual([]);
  });

  test('a fast command is parsed without the full parser if it is plainly valid', () => {
    fc.assert(
      fc.property(plainArguments(name), (argv) => {
        expect(parsedFast(argv, ofMark)).not.toBeNull();
      }),
    );
  });
});

describe.each(names)('the command %s', (name) => {
  test('a fast command is parsed as the program does it, or left to the program', async () => {
    await fc.assert(
      fc.asyncProperty(argumentsOf(name), async (argv) => {
        const fast = parsedFast(argv);
        if (fast !== null) expect(fast).toEqual(await parsedByProgram(argv));
      }),
      { numRuns: 500 },
    );
  });
});

test.each([
  ['start', '--deployment', 'app', '--track-file', 'a', '--track-file=b'],
  ['finish', '--on-exit', '3', '--strict'],
  ['finish', '--on-exit'],
  ['show', 'abc'],
  ['compare', 'x', '--store', 'x', ''],
  ['report', '--store', 'x', '', '--since', '7d'],
  ['phase', 'run', '--marks', 'x', 'true'],
  ['phase', 'run', '--marks=hide', 'x', 'true'],
  ['extract', '--marks=hide', '--marks', 'true'],
  ['show', '--status', 'failed'],
  ['import', 'a', 'b', '--dry-run'],
  ['run', '--version', '1', './deploy.sh', '--version'],
  ['health', 'http://localhost', '--timeout', '5s', '--', 'true'],
])('%s %s … is parsed without the program', async (...argv) => {
  const found = parsedFast(argv);
  expect(found).not.toBeNull();
  expect(found).toEqual(await parsedByProgram(argv));
});

test.each([
  [
    ['phase', 'run', 'x', '--', 'a', '--', 'b'],
    ['a', '--', 'b'],
  ],
  [
    ['phase', 'run', 'x', 'a', '--version', '-h'],
    ['a', '--version', '-h'],
  ],
  [
    ['phase', 'run', '--id', 'd', 'x', '--try', 'unzip', '-q', 'x.zip'],
    ['unzip', '-q', 'x.zip'],
  ],
  [
    ['extract', '--try', '--', '--', '--id'],
    ['--', '--id'],
  ],
  [['extract', '--', ''], ['']],
  [
    ['phase', 'run', '--marks', 'x', 'a', '--marks'],
    ['a', '--marks'],
  ],
  [['extract', '--marks=hide', '--marks', 'a'], ['a']],
  [['extract', '--marks', '--', 'a'], ['a']],
  [
    ['extract', '-', 'a'],
    ['-', 'a'],
  ],
])('both parsers find in %j the wrapped command %j', async (argv, command) => {
  expect(parsedFast(argv)?.wrapped).toEqual(command);
  expect((await parsedByProgram(argv))?.wrapped).toEqual(command);
});

test.each([
  [['phase', 'run', 'x']],
  [['phase']],
  [['phase', 'run', '--id']],
  [['extract', '-q', '--', 'x']],
  [['extract', '--no-such', '--', 'x']],
  [['extract', '--strict=1', '--', 'x']],
  [['extract', '--marks=show', '--', 'x']],
  [['finish', '--on-exit', '-1']],
  [['show', 'a', 'b']],
  [['stats', '--']],
  [['--id', 'x', 'extract', '--', 'y']],
  [['phase', 'start']],
  [['phase', 'start', 'a', 'b']],
  [[]],
  [['extract', '--help']],
])('the fast parser leaves %j to the program', (argv) => {
  expect(parsedFast(argv)).toBeNull();
});

function plainArguments(name: string): fc.Arbitrary<string[]> {
  const command = commandTable.find((one) => one.name === name);
  const options = command === undefined ? [] : acceptedOptions(command);
  const option = fc
    .constantFrom(...options)
    .chain(([one, { type }]) =>
      type === 'flag' ? fc.constant<string[]>([`--${one}`]) : fc.string().map((value) => [`--${one}`, value]),
    );
  const operand = fc.constantFrom('x', 'build-all', 'migrate');
  const rest =
    command?.policy.wraps === true
      ? fc.tuple(fc.constant('--'), fc.string(), fc.string())
      : fc.constant<string[]>([]);
  const count = Object.keys(command?.args ?? {}).length;
  return fc
    .tuple(fc.array(option, { maxLength: 4 }), operand, rest)
    .map(([chosen, phase, wrapped]) => [
      ...name.split(' '),
      ...chosen.flat(),
      ...(count === 1 ? [phase] : []),
      ...wrapped,
    ]);
}

/** Anything that a hasty or hostile user might type after the command. */
function argumentsOf(name: string): fc.Arbitrary<string[]> {
  const optionsOf = (commands: typeof commandTable) => [
    ...new Set(commands.flatMap((one) => acceptedOptions(one).map(([option]) => `--${option}`))),
  ];
  const known = optionsOf(commandTable.filter((one) => one.name === name));
  const others = optionsOf(commandTable);
  const part = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...known), fc.string())
        .map(([option, value]) => `${option}=${value}`),
    },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
    { weight: 4, arbitrary: fc.constantFrom('x', 'true', 'abc', '5s', '1', '', 'phase', 'run', 'help') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '--',
        '-',
        '-h',
        '--help',
        '--version',
        '-x',
        '--no-strict',
        '---',
        '-1',
        '--=',
        '--id=',
      ),
    },
    { weight: 1, arbitrary: fc.string() },
  );
  return fc.array(part, { maxLength: 8 }).map((parts) => [...name.split(' '), ...parts]);
}
