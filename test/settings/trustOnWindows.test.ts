import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, win32 } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readSettingsFile } from '../../src/settings/readFile.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { refusedOnWindows, systemFolderOnWindows } from '../../src/settings/trustOnWindows.ts';
import { fakeContext } from '../support/context.ts';

const home = 'C:\\Users\\Ada';
const world = (env: Record<string, string> = {}) => ({ env, homeFolder: () => home });

test.each([
  ['c:\\users\\ada\\src\\app\\deploytrack.yaml', null],
  ['C:\\Users\\Adam\\deploytrack.yaml', 'set DEPLOYTRACK_SETTINGS_ROOT'],
  ['C:\\deploytrack.yaml', 'set DEPLOYTRACK_SETTINGS_ROOT'],
  ['D:\\Services\\Notes\\deploytrack.yaml', 'set DEPLOYTRACK_SETTINGS_ROOT'],
  ['\\\\server\\share\\deploytrack.json', 'set DEPLOYTRACK_SETTINGS_ROOT'],
  ['C:\\ProgramData\\deploytrack\\deploytrack.yaml', 'move it to "C:\\Program Files\\deploytrack-settings"'],
])('on Windows %s is read only if no other account can write there', (path, hint) => {
  const refused = refusedOnWindows(world(), path);
  if (hint === null) expect(refused).toBeNull();
  else expect(refused?.hint).toContain(hint);
});

test('on Windows a folder that DEPLOYTRACK_SETTINGS_ROOT names is trusted', () => {
  const env = { DEPLOYTRACK_SETTINGS_ROOT: 'D:\\Services\\Notes' };
  expect(refusedOnWindows(world(env), 'D:\\Services\\Notes\\deploytrack.yaml')).toBeNull();
});

test('the settings of a Windows host are in a folder of its administrators, also for a 32-bit program', () => {
  const env = { ProgramFiles: 'C:\\Program Files (x86)', ProgramW6432: 'C:\\Program Files' };
  expect(systemFolderOnWindows(env)).toBe('C:\\Program Files\\deploytrack-settings');
  expect(systemFolderOnWindows({})).toBe('C:\\Program Files\\deploytrack-settings');
});

test('the settings of a Windows host are in no folder that an installation or upgrade writes to', () => {
  const page = (name: string) => readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
  const link = /\$link = "\$env:ProgramW6432\\([^"]+)"/.exec(page('install'))?.[1];
  const prefix = /--prefix 'C:\\Program Files\\([^']+)'/.exec(page('troubleshooting'))?.[1];
  expect([link, prefix]).toEqual(['deploytrack', 'deploytrack']);
  const settings = win32.relative('C:\\Program Files', systemFolderOnWindows({}));
  expect([link, prefix, '']).not.toContain(settings);
  expect(settings).toMatch(/^[\w-]+$/); // below neither
  expect(settings).not.toMatch(/^deploytrack-\d/); // an archive's
});

test('on Windows a settings file that another account may have planted is ignored with a warning', () => {
  const root = mkdtempSync(join(tmpdir(), 'deploytrack-settings-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'service'));
  writeFileSync(join(root, 'deploytrack.yaml'), 'gateway: http://planted.example:9091\n');
  const read = (env: Record<string, string>) => {
    const context = fakeContext({
      platform: 'win32',
      cwd: join(root, 'service'),
      env,
      homeFolder: () => null,
    });
    return readSettings(context, { options: {}, readFile: readSettingsFile, strictly: false });
  };
  const planted = read({});
  expect(planted.text('gateway')).toBeNull();
  expect(planted.problems.map(({ message }) => message)).toContain(
    `ignoring ${join(root, 'deploytrack.yaml')}: other accounts may be able to write to it`,
  );
  expect(read({ DEPLOYTRACK_SETTINGS_ROOT: root }).text('gateway')).toBe('http://planted.example:9091');
});
