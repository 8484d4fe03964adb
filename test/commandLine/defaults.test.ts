import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { optionName, ownOptions } from '../../src/cli/define/readInput.ts';
import { settingNames, settingOf } from '../../src/cli/define/settings.ts';
import { commandTable } from '../../src/cli/table/commands.ts';
import { files } from '../support/sourceFiles.ts';

/** Every option with a default, once. */
const defaulted = new Map(
  [
    ...settingNames.map((name) => [name, settingOf(name)] as const),
    ...commandTable.flatMap((command) => ownOptions(command)),
  ].flatMap(([name, data]) => (data.default === undefined ? [] : [[name, data] as const])),
);
/** Files in which records and settings declare their defaults. */
const declares = (name: string) => /^(cli\/(define|table)\/|commands\/[^/]+$)/.test(name);
const source = (name: string) => readFileSync(new URL(`../../src/${name}`, import.meta.url), 'utf8');

test('an option has the same default in all commands that share its record', () => {
  const lines = files
    .filter((name) => declares(name) && !name.startsWith('cli/table/'))
    .flatMap((name) =>
      [...source(name).matchAll(/(?:^|\s)'?([\w-]+)'? ?[:=] (?:\w+\()?\{[^{}]*?default: '([^']+)'/g)].map(
        ([, key = '', value = '']) => `${optionName(key)} ${value}`,
      ),
    );
  expect(lines.filter((line, at) => lines.indexOf(line) !== at)).toEqual([]);
  expect(lines.length).toBeGreaterThan(10);
});

/** Defaults that differ on purpose. */
const others = [
  // A webhook event does not report processes, so its deployment may take a day.
  'collect/webhook/ingestEvent.ts: abandon-after',
  // The contract allows one second for an attempt during a cutover.
  'probe/prober.ts: attempt-timeout',
];

test('source code that uses an option does not repeat its default', () => {
  const again = files
    .filter((name) => !declares(name) && !name.startsWith('page/'))
    .flatMap((name) =>
      [...defaulted.keys()].flatMap((option) =>
        repeats(source(name), option) ? [`${name}: ${option}`] : [],
      ),
    );
  expect(again).toEqual(others);
});

test('the check finds a default that is repeated next to its option', () => {
  expect(repeats("const ms = settings.durationMs('adopt-timeout') ?? 10_000;", 'adopt-timeout')).toBe(true);
  expect(repeats('const defaultAbandonAfterMs = 3_600_000;', 'abandon-after')).toBe(true);
  expect(repeats('f({ probeTimeoutMs: said.probeTimeoutMs ?? 5000 })', 'probe-timeout')).toBe(true);
  expect(repeats("said(session, 'environment') ?? 'production'", 'environment')).toBe(true);
});

/** Whether a text falls back to a literal after the option's name, or has a constant named after it. */
function repeats(text: string, option: string): boolean {
  const value = `(?:'[^']+'|[1-9][\\d_]*)`;
  const asked = new RegExp(`'${option}'\\)\\s*\\?\\?\\s*${value}`);
  // A one-word name is also used for other things.
  if (!option.includes('-')) return asked.test(text);
  const camel = option.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const capital = `${camel[0]?.toUpperCase()}${camel.slice(1)}`;
  const named = new RegExp(`\\b(?:default${capital}|${camel})(?:Ms)?(?: =|\\)? \\?\\?) ${value}`);
  return asked.test(text) || named.test(text);
}
