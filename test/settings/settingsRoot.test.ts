import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { searched } from '../../src/settings/file.ts';
import { newProgram } from '../support/program.ts';
import { settings } from './settingsOf.ts';

const files = { 'deploytrack.yaml': 'environment: above', 'job/nothing.txt': '' };
const root = (folder: string) => ({ DEPLOYTRACK_SETTINGS_ROOT: folder });

test('a settings file above DEPLOYTRACK_SETTINGS_ROOT is not read, but one at or below it is', () => {
  const base = mkdtempSync(join(tmpdir(), 'settings-root-'));
  const from = (folder: string, cwd: string) =>
    settings({ files, cwd, env: root(folder), base }).text('environment');
  expect(from(base, 'job')).toBe('above');
  expect(from(join(base, 'job'), 'job')).toBeNull();
});

test('no settings file is read from a folder outside DEPLOYTRACK_SETTINGS_ROOT', () => {
  expect(settings({ files, env: root('/nowhere') }).text('environment')).toBeNull();
});

const onWindows = ['C:\\work\\app\\job', 'C:\\work\\app', 'C:\\work'];

test.each([
  ['C:\\work', onWindows],
  ['c:\\Work\\', onWindows],
  ['C:/work', onWindows],
  ['C:\\work\\app\\job\\', onWindows.slice(0, 1)],
  ['C:\\', [...onWindows, 'C:\\']],
  ['C:\\wor', []],
  ['D:\\work', []],
  ['work', []],
])(
  'on Windows DEPLOYTRACK_SETTINGS_ROOT=%s ends the search at that folder, however it is spelled',
  (root, folders) => {
    expect(searched('C:\\work\\app\\job', { root, platform: 'win32' })).toEqual(folders);
  },
);

test('programs in tests read no settings file of the host', async () => {
  const host = mkdtempSync(join(tmpdir(), 'host-'));
  writeFileSync(join(host, 'deploytrack.yaml'), 'gateway: http://127.0.0.1:1\nenvironment: of-the-host\n');
  mkdirSync(join(host, 'below'));
  const program = newProgram({ below: join(host, 'below') });
  const { stdout } = await program.run(['doctor']);
  expect(stdout).toMatch(/^environment +production /m);
  expect(stdout).not.toContain('127.0.0.1:1');
});
