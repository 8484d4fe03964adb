import { expect, expectTypeOf, test } from 'vitest';
import { files, phaseName } from '../../src/cli/define/arguments.ts';
import { defineCommand } from '../../src/cli/define/command.ts';
import { choice, duration, flag, integer, list, maybe, text, time } from '../../src/cli/define/kinds.ts';
import { readInput } from '../../src/cli/define/readInput.ts';

interface Nothing {
  readonly nothing: true;
}

const record = {
  name: 'wait for',
  summary: 'wait for a phase',
  group: 'script',
  examples: ['deploytrack wait for build', 'deploytrack wait for tests'],
  exits: {},
  policy: { onWrongSetting: 'warn' },
} as const;

const command = defineCommand({
  ...record,
  args: { phase: phaseName(), file: files({ help: 'files' }) },
  options: {
    exitCode: integer({ help: 'code' }),
    probeTimeout: duration({ help: 'patience', default: '5s' }),
    wait: duration({ help: 'patience' }),
    since: time({ help: 'when' }),
    by: choice({ help: 'what', choices: ['host', 'phase'] }),
    set: list(text({ help: 'figures' })),
    docker: maybe({ help: 'engine', value: 'address' }),
    json: flag({ help: 'JSON' }),
  },
  run: async (_: Nothing, input) => {
    expectTypeOf(input).toExtend<{
      phase: string;
      file: readonly string[];
      exitCode: number | null;
      probeTimeoutMs: number;
      waitMs: number | null;
      sinceMs: number | null;
      by: 'host' | 'phase' | null;
      set: readonly string[];
      docker: string | true | null;
      json: boolean;
      wrapped: readonly string[];
    }>();
    // @ts-expect-error An option that the record does not declare does not compile.
    return input.exitcode;
  },
});

test('a command gets its values by name in camel case, with units and defaults', () => {
  const parsed = {
    name: command.name,
    options: {
      'exit-code': '3',
      'probe-timeout': '1m',
      since: '2026-01-14T00:00:00Z',
      json: true,
      set: 'a=1',
    },
    operands: ['venv-rebuild', 'a', 'b'],
    wrapped: [],
  } as const;
  expect(readInput(command, parsed)).toEqual({
    phase: 'venv_rebuild',
    file: ['a', 'b'],
    exitCode: 3,
    probeTimeoutMs: 60_000,
    waitMs: null,
    sinceMs: Date.UTC(2026, 0, 14),
    by: null,
    set: ['a=1'],
    docker: null,
    json: true,
    wrapped: [],
  });
  const rest = { ...parsed, options: {}, operands: ['x'] };
  expect(readInput(command, rest)).toMatchObject({ file: [], probeTimeoutMs: 5000, set: [], json: false });
});

test('the value of a variable replaces an option that was not given', () => {
  const parsed = { name: command.name, options: { wait: '1s' }, operands: ['x'], wrapped: [] };
  const setting = (name: string) => ({ wait: '9s', 'probe-timeout': '7s', json: '1' })[name] ?? null;
  expect(readInput(command, parsed, setting)).toMatchObject({
    waitMs: 1000,
    probeTimeoutMs: 7000,
    json: true,
  });
});

test.each([
  { options: { 'exit-code': 'x' }, says: 'invalid number "x" for --exit-code; expected a whole number' },
  { options: { wait: 'x' }, says: 'invalid duration "x" for --wait' },
  { options: { since: 'x' }, says: 'invalid time "x" for --since' },
  { options: { by: 'x' }, says: 'invalid value "x" for --by; expected host, phase' },
])('an invalid value is a usage error: $says', ({ options, says }) => {
  const parsed = {
    name: command.name,
    options: options as Record<string, string>,
    operands: ['x'],
    wrapped: [],
  };
  expect(() => readInput(command, parsed)).toThrow(says);
});

test.each([
  ['host_name', 'use --by host'],
  ['Phases', 'use --by phase'],
  ['x', undefined],
  ['version', undefined],
])('the value %j of a choice has the hint %j', (by, hint) => {
  const parsed = { name: command.name, options: { by }, operands: ['x'], wrapped: [] };
  try {
    readInput(command, parsed);
    expect.unreachable();
  } catch (error) {
    expect((error as { hint?: string }).hint).toBe(hint);
  }
});
