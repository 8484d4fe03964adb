import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/program.ts';
import { commonFlags, commonValues, hotWords, parseHotWords } from '../../src/words/hotWords.ts';
import type { Invocation } from '../../src/words/invocation.ts';
import { splitWrapped } from '../../src/words/splitWrapped.ts';
import { commandWords } from '../../src/words/words.ts';

const names = Object.keys(hotWords);

/** What the program itself makes of the arguments; null where it refuses them. */
async function parsedByProgram(argv: readonly string[]): Promise<Invocation | null> {
  const { own, command } = splitWrapped(argv);
  let seen: Invocation | null = null;
  const program = buildProgram({
    command,
    act: async (invocation) => {
      seen = invocation;
    },
    say: { out: () => {}, error: () => {} },
  });
  await program.parseAsync([...own], { from: 'user' }).catch(() => {});
  return seen;
}

describe.each(names)('the hot word %s', (name) => {
  const hot = hotWords[name];
  const word = commandWords.find((one) => one.name === name);

  test('declares the options that the program declares', () => {
    const valued = word?.options.filter(({ value }) => value !== undefined).map((option) => option.name);
    const flags = word?.options.filter(({ value }) => value === undefined).map((option) => option.name);
    expect([...commonValues, ...(hot?.values ?? [])].sort()).toEqual(valued?.sort());
    expect([...commonFlags, ...(hot?.flags ?? [])].sort()).toEqual(flags?.sort());
    expect(
      word?.options.filter(({ value, many }) => value?.startsWith('[') === true || many === true),
    ).toEqual([]);
  });

  test('has its operands and its command', () => {
    expect([hot?.operands, hot?.wraps]).toEqual([word?.operands.length, word?.wraps]);
    expect(word?.operands.every((operand) => operand.required)).toBe(true);
  });

  test('is taken apart as the program does it, or left to the program', async () => {
    await fc.assert(
      fc.asyncProperty(argumentsOf(name), async (argv) => {
        const fast = parseHotWords(argv);
        if (fast !== null) expect(fast).toEqual(await parsedByProgram(argv));
      }),
      { numRuns: 500 },
    );
  });

  test('is taken apart without the program where it is plainly right', () => {
    fc.assert(
      fc.property(plainArguments(name), (argv) => {
        expect(parseHotWords(argv)).not.toBeNull();
      }),
    );
  });
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
    ['extract', '-', 'a'],
    ['-', 'a'],
  ],
])('of %j the wrapped command is %j', async (argv, command) => {
  expect(parseHotWords(argv)?.command).toEqual(command);
  expect((await parsedByProgram(argv))?.command).toEqual(command);
});

test.each([
  [['phase', 'run', 'x']],
  [['phase']],
  [['phase', 'run', '--id']],
  [['extract', '-q', '--', 'x']],
  [['extract', '--no-such', '--', 'x']],
  [['extract', '--strict=1', '--', 'x']],
  [['stats']],
  [['--id', 'x', 'extract', '--', 'y']],
  [['phase', 'start']],
  [['phase', 'start', 'a', 'b']],
  [[]],
  [['extract', '--help']],
])('%j is left to the program', (argv) => {
  expect(parseHotWords(argv)).toBeNull();
});

function plainArguments(name: string): fc.Arbitrary<string[]> {
  const word = commandWords.find((one) => one.name === name);
  const option = fc
    .constantFrom(...(word?.options ?? []))
    .chain((one) =>
      one.value === undefined
        ? fc.constant<string[]>([`--${one.name}`])
        : fc.string().map((value) => [`--${one.name}`, value]),
    );
  const operand = fc.constantFrom('x', 'build-all', 'migrate');
  const rest =
    hotWords[name]?.wraps === true
      ? fc.tuple(fc.constant('--'), fc.string(), fc.string())
      : fc.constant<string[]>([]);
  return fc
    .tuple(fc.array(option, { maxLength: 4 }), operand, rest)
    .map(([options, phase, command]) => [
      ...name.split(' '),
      ...options.flat(),
      ...(word?.operands.length === 1 ? [phase] : []),
      ...command,
    ]);
}

/** Anything that a hurried hand or a hostile one might type after the word. */
function argumentsOf(name: string): fc.Arbitrary<string[]> {
  const word = commandWords.find((one) => one.name === name);
  const known = (word?.options ?? []).map((option) => `--${option.name}`);
  const others = [...new Set(commandWords.flatMap((one) => one.options.map((option) => `--${option.name}`)))];
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
