import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { processContext } from '../../src/context.ts';
import { fallbackFolders, ledgerPath } from '../../src/settings/ledgerPath.ts';
import { readSettingsFile } from '../../src/settings/readFile.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { because } from '../support/because.ts';
import { type FakeOverrides, fakeContext } from '../support/context.ts';

const ofHost = '/var/lib/deploytrack/deployments.db';

function where(overrides: FakeOverrides, options: Record<string, string> = {}) {
  const context = fakeContext({
    uid: 1000,
    ...overrides,
    env: { DEPLOYTRACK_SETTINGS_ROOT: '/nowhere', ...overrides.env },
  });
  const settings = readSettings(context, { options, readFile: readSettingsFile, strictly: false });
  return { ledger: ledgerPath(context, settings).path, fallbacks: fallbackFolders(context, settings) };
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'deploytrack-path-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

describe('Path of the ledger', () => {
  test('a given ledger path is relative to the working folder', () => {
    expect(where({ cwd: '/srv/app' }, { ledger: 'state/x.db' }).ledger).toBe('/srv/app/state/x.db');
    expect(where({ env: { DEPLOYTRACK_LEDGER: '/x.db' } }).ledger).toBe('/x.db');
  });

  test('root uses the ledger of the host', () => {
    expect(where({ uid: 0, env: { XDG_STATE_HOME: '/xdg', HOME: '/root' } }).ledger).toBe(ofHost);
  });

  // A host with this folder shares its ledger with every account.
  test.skipIf(because(existsSync('/var/lib/deploytrack'), '/var/lib/deploytrack exists')).each([
    {
      title: 'that of systemd',
      overrides: { env: { STATE_DIRECTORY: '/var/lib/a:/var/lib/b', XDG_STATE_HOME: '/xdg' } },
      path: '/var/lib/a/deployments.db',
    },
    {
      title: 'that of XDG',
      overrides: { env: { STATE_DIRECTORY: '', XDG_STATE_HOME: '/xdg' } },
      path: '/xdg/deploytrack/deployments.db',
    },
    {
      title: 'below the home folder',
      overrides: {},
      path: '/home/deploy/.local/state/deploytrack/deployments.db',
    },
    {
      title: 'in the temporary folder without a home',
      overrides: { homeFolder: () => null, temporaryFolder: () => '/tmp/x' },
      path: '/tmp/x/deploytrack-1000/deployments.db',
    },
  ])('the ledger path is $title', ({ overrides, path }) => {
    expect(where(overrides).ledger).toBe(path);
  });

  test('the ledger is below ProgramData on Windows', () => {
    expect(where({ platform: 'win32', env: { ProgramData: 'D:\\Data' } }).ledger).toContain('D:\\Data');
  });
});

/** Any path that does not begin at the root. */
const relativePath = fc
  .array(fc.constantFrom('a', '.', '..', 'state', '~', ' ', 'ä'), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join('/'));

describe('Relative paths', () => {
  test.skipIf(because(existsSync('/var/lib/deploytrack'), '/var/lib/deploytrack exists'))(
    'a relative path in a system variable is ignored',
    () => {
      fc.assert(
        fc.property(relativePath, relativePath, (one, other) => {
          const env = { STATE_DIRECTORY: `${one}:/abs`, XDG_STATE_HOME: other, XDG_RUNTIME_DIR: one };
          const { ledger, fallbacks } = where({ env, cwd: '/srv' });
          expect(ledger).toBe('/home/deploy/.local/state/deploytrack/deployments.db');
          expect(fallbacks.every((folder) => folder.startsWith('/'))).toBe(true);
        }),
      );
    },
  );

  test('a relative HOME or TMPDIR is ignored', () => {
    const real = processContext();
    const before = { HOME: process.env.HOME, TMPDIR: process.env.TMPDIR };
    onTestFinished(() => {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    });
    Object.assign(process.env, { HOME: 'home', TMPDIR: 'temporary' });
    expect(real.homeFolder()).toMatch(/^\//);
    expect(real.temporaryFolder()).toBe('/tmp');
  });
});

describe('Fallback folders of the journal', () => {
  test('a given fallback folder is the only one', () => {
    expect(where({ cwd: '/srv' }, { 'journal-fallback': 'journal' }).fallbacks).toEqual(['/srv/journal']);
  });

  test('the default fallback folders are those that exist', () => {
    const runtime = folder();
    const temporary = folder();
    const found = where({ env: { XDG_RUNTIME_DIR: runtime }, temporaryFolder: () => temporary }).fallbacks;
    expect(found).toEqual([runtime, ...(existsSync('/dev/shm') ? ['/dev/shm'] : []), temporary]);
    expect(
      where({ env: { XDG_RUNTIME_DIR: '/nowhere/at/all' }, temporaryFolder: () => temporary }).fallbacks.at(
        -1,
      ),
    ).toBe(temporary);
    expect(
      where({ env: { XDG_RUNTIME_DIR: '/nowhere/at/all' }, temporaryFolder: () => temporary }).fallbacks,
    ).not.toContain('/nowhere/at/all');
  });
});
