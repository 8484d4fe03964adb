import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ownOptions } from '../../src/cli/define/grammar.ts';
import { optionName } from '../../src/cli/define/option.ts';
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
/** Where records and settings say their defaults. */
const declares = (name: string) => /^(cli\/(define|table)\/|commands\/[^/]+$)/.test(name);
const source = (name: string) => readFileSync(new URL(`../../src/${name}`, import.meta.url), 'utf8');

test('one option has one default in all commands that share its record', () => {
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

/** Other figures on purpose. */
const others = [
  // An event of a webhook says nothing of processes: its deployment may take a day.
  'collect/webhook/ingestEvent.ts: abandon-after',
  // The contract gives one second to an attempt beside a cutover.
  'probe/prober.ts: attempt-timeout',
];

test('no default stands where its option is used', () => {
  const again = files
    .filter((name) => !declares(name) && !name.startsWith('page/'))
    .flatMap((name) =>
      [...defaulted.keys()].flatMap((option) =>
        repeats(source(name), option) ? [`${name}: ${option}`] : [],
      ),
    );
  expect(again).toEqual(others);
});

test('a default that stands where its option is used is seen', () => {
  expect(repeats("const ms = settings.durationMs('adopt-timeout') ?? 10_000;", 'adopt-timeout')).toBe(true);
  expect(repeats('const defaultAbandonAfterMs = 3_600_000;', 'abandon-after')).toBe(true);
  expect(repeats('f({ probeTimeoutMs: said.probeTimeoutMs ?? 5000 })', 'probe-timeout')).toBe(true);
  expect(repeats("said(session, 'environment') ?? 'production'", 'environment')).toBe(true);
});

/** Whether a text falls back to a value behind the option's name, or has a constant called by it. */
function repeats(text: string, option: string): boolean {
  const value = `(?:'[^']+'|[1-9][\\d_]*)`;
  const asked = new RegExp(`'${option}'\\)\\s*\\?\\?\\s*${value}`);
  // A name of one word is used for much else.
  if (!option.includes('-')) return asked.test(text);
  const camel = option.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const capital = `${camel[0]?.toUpperCase()}${camel.slice(1)}`;
  const named = new RegExp(`\\b(?:default${capital}|${camel})(?:Ms)?(?: =|\\)? \\?\\?) ${value}`);
  return asked.test(text) || named.test(text);
}
