import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { acceptedOptions } from '../../src/cli/define/readInput.ts';
import { secrets } from '../../src/cli/define/secrets.ts';
import { commonSettings } from '../../src/cli/define/settings.ts';
import { commandTable } from '../../src/cli/table/commands.ts';
import { files } from '../support/sourceFiles.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the generated tables of the parsers match the command records', () => {
  expect(
    execFileSync(process.execPath, ['scripts/commandTables.mjs', '--check'], { cwd: root }).toString(),
  ).toBe('');
});

test('the files of the shell integration match their parts and the command records', () => {
  expect(
    execFileSync(process.execPath, ['scripts/shellFiles.mjs', '--check'], { cwd: root }).toString(),
  ).toBe('');
});

test('the table has every command file, and each name once', () => {
  const records = readdirSync(`${root}src/commands`)
    .filter((name) => name.endsWith('.ts'))
    .filter((name) => readFileSync(`${root}src/commands/${name}`, 'utf8').includes('defineCommand('));
  const names = commandTable.map(({ name }) => name);
  expect(names).toHaveLength(records.length);
  expect(new Set(names).size).toBe(names.length);
});

test('a command has no option with the name of a common option', () => {
  const doubled = commandTable.flatMap((command) => {
    const names = acceptedOptions(command).map(([name]) => name);
    return names.filter((name, at) => names.indexOf(name) !== at).map((name) => `${command.name} --${name}`);
  });
  expect(doubled).toEqual([]);
  expect(commonSettings.length).toBeGreaterThan(10);
});

test('doctor lists every secret that is read', () => {
  const listed = secrets.map(({ variable }) => variable);
  const form = /\bDEPLOYTRACK_\w*?_(?:TOKEN|PASSWORD|USERNAME|SECRET|CA|HEADERS)\b/g;
  const named = files.flatMap((name) => readFileSync(`${root}src/${name}`, 'utf8').match(form) ?? []);
  expect([...new Set(named)].filter((name) => !listed.includes(name))).toEqual([]);
});
