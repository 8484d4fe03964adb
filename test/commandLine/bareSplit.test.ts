import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bareShapes } from '../../src/cli/bareSplit.ts';
import { shapeOf } from '../../src/cli/shapeOf.ts';
import { type Shape, split } from '../../src/cli/split.ts';
import { splitWrapped } from '../../src/cli/splitWrapped.ts';
import { commandTable } from '../../src/cli/table/commands.ts';

const bareWords = bareShapes();

const sorted = ({ values, flags, ...rest }: Shape) => ({
  ...rest,
  values: [...values].sort(),
  flags: [...flags].sort(),
});

describe('Commands as split without the full program', () => {
  test.each(bareWords.map((one) => [one.name, one] as const))(
    'the split knows the same of %s as the program',
    (name, one) => {
      const word = commandTable.find((known) => known.name === name);
      expect(sorted(one)).toEqual(word === undefined ? undefined : sorted(shapeOf(word)));
    },
  );

  test('the split knows every command that runs another command', () => {
    const wrapping = commandTable.filter(({ policy }) => policy.wraps === true).map(({ name }) => name);
    expect(
      bareWords
        .filter(({ wraps }) => wraps)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(wrapping.sort());
  });

  test('the split finds the same wrapped command as the program', () => {
    const wrapping = bareWords.filter(({ wraps }) => wraps);
    const arguments_ = fc.constantFrom(...wrapping).chain((word) => {
      const option = fc.constantFrom(...word.values, ...word.flags).map((name) => `--${name}`);
      const part = fc.oneof(option, fc.constantFrom('x', '', '-', '--', '-q', 'sh'), fc.string());
      return fc.array(part).map((parts) => [...word.name.split(' '), ...parts]);
    });
    fc.assert(
      fc.property(arguments_, (argv) => {
        expect(split(argv, bareWords)).toEqual(splitWrapped(argv));
      }),
    );
  });
});

describe('An empty argument, as PowerShell makes one of an empty array', () => {
  test.each([
    [['finish', ''], ['finish'], []],
    [['finish', '--on-exit', '3', ''], ['finish', '--on-exit', '3'], []],
    [['phase', 'end', 'migrate', '', '--strict'], ['phase', 'end', 'migrate', '--strict'], []],
    [['', 'push'], ['push'], []],
    [['', 'phase', 'start', 'b'], ['phase', 'start', 'b'], []],
    [['', 'phase', 'run', 'b', '--', 'x'], ['phase', 'run', 'b'], ['x']],
    [['--id', '', 'phase', 'end', 'b'], ['phase', 'end', '--id', '', 'b'], []],
    [['rollback', '--reason', 'manual', ''], ['rollback', '--reason', 'manual'], []],
    [['rollback', '', './back.sh', '', 'x'], ['rollback'], ['./back.sh', '', 'x']],
    [['extract', '', '--', 'unzip', ''], ['extract'], ['unzip', '']],
    [['cost', 'vm', '1', ''], ['cost', 'vm', '1'], []],
    [['start', '', '--notes', ''], ['start', '--notes', ''], []],
  ])('an empty argument is skipped in %j', (argv, own, command) => {
    expect(splitWrapped(argv)).toMatchObject({ own, wrapped: command });
  });

  test.each([
    [
      ['phase', 'run', '', 'make', 'test'],
      ['phase', 'run', ''],
      ['make', 'test'],
    ],
    [['show', ''], ['show', ''], []],
    [['history', '--store', ''], ['history', '--store', ''], []],
    [['finish', '--on-exit', ''], ['finish', '--on-exit', ''], []],
    [['import', 'a', '', 'b'], ['import', 'a', '', 'b'], []],
    [['extract', '--', '', 'x'], ['extract'], ['', 'x']],
  ])(
    'an empty argument of %j stays if an operand, a value or a command is expected',
    (argv, own, command) => {
      expect(splitWrapped(argv)).toMatchObject({ own, wrapped: command });
    },
  );
});
