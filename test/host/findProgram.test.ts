import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findProgram } from '../../src/host/findProgram.ts';
import { helperEnvironment } from '../../src/host/helperEnvironment.ts';

function folder(...programs: string[]): string {
  const made = mkdtempSync(join(tmpdir(), 'deploytrack-path-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  for (const name of programs) writeFileSync(join(made, name), '', { mode: 0o755 });
  return made;
}

describe('Finding a program by name', () => {
  test('a program is searched in the folders of PATH in their order', () => {
    const [one, two] = [folder('a'), folder('a', 'b')];
    const where = { cwd: '/', env: { PATH: `${one}:${two}` }, platform: 'linux' as const };
    expect([findProgram('a', where), findProgram('b', where), findProgram('c', where)]).toEqual([
      join(one, 'a'),
      join(two, 'b'),
      null,
    ]);
  });

  test.each(['.', '', 'bin', './bin'])(
    'a program is never found through the relative PATH entry %j',
    (entry) => {
      const cwd = folder('git');
      mkdirSync(join(cwd, 'bin'));
      writeFileSync(join(cwd, 'bin', 'git'), '', { mode: 0o755 });
      for (const platform of ['linux', 'win32'] as const)
        expect(findProgram('git', { cwd, env: { PATH: entry }, platform })).toBeNull();
    },
  );

  test('a program given as a path is that file, relative to the working folder', () => {
    const cwd = folder('python');
    const where = { cwd, env: { PATH: '' }, platform: 'linux' as const };
    expect(findProgram('./python', where)).toBe(join(cwd, 'python'));
    expect(findProgram(join(cwd, 'python'), where)).toBe(join(cwd, 'python'));
    expect(findProgram('', where)).toBeNull();
  });

  test('a folder or a file that is not executable is not found as a program', () => {
    const made = folder();
    mkdirSync(join(made, 'folder'));
    writeFileSync(join(made, 'text'), '', { mode: 0o644 });
    const where = { cwd: '/', env: { PATH: made }, platform: 'linux' as const };
    expect([findProgram('folder', where), findProgram('text', where)]).toEqual([null, null]);
  });

  test('a program on Windows is found by the executable extensions', () => {
    const made = folder('npm', 'npm.cmd');
    const where = { cwd: '/', env: { Path: made, PATHEXT: '.exe;.cmd' }, platform: 'win32' as const };
    expect(findProgram('npm', where)).toBe(join(made, 'npm.cmd'));
    expect(findProgram('npm.cmd', where)).toBe(join(made, 'npm.cmd'));
  });
});

test('the environment of a helper program has no secrets and no relative folders in PATH', () => {
  const ours = {
    DEPLOYTRACK_GATEWAY_TOKEN: 't0ken',
    DEPLOYTRACK_GATEWAY_PASSWORD: 'x',
    DEPLOYTRACK_HEALTH_HEADERS: 'x',
    deploytrack_webhook_secret: 'x',
    PUSHGATEWAY_URL: 'http://ada:pw@gw:9091',
  };
  const env = { ...ours, HOME: '/root', LANG: 'C', UNSET: undefined, PATH: '/usr/bin:.::bin:/bin' };
  expect(helperEnvironment(env)).toEqual({ HOME: '/root', LANG: 'C', PATH: '/usr/bin:/bin' });
});
