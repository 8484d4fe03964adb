import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { newProgram, programFile } from '../support/program.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 30_000 });

const addonFile = 'better-sqlite3/build/Release/better_sqlite3.node';

const installs = {
  'was never built': (addon: string) => mkdirSync(dirname(addon), { recursive: true }),
  'is no library': (addon: string) => {
    mkdirSync(dirname(addon), { recursive: true });
    writeFileSync(addon, 'built for another machine');
  },
  'is cut, so that the linker would end the process,': (addon: string) => {
    mkdirSync(dirname(addon), { recursive: true });
    const whole = readFileSync(createRequire(import.meta.url).resolve(addonFile));
    writeFileSync(addon, whole.subarray(0, whole.length / 2));
  },
};

describe.each(Object.entries(installs))('where the native addon %s', (_, install) => {
  const script = installed(install);

  test('wrapped commands run, marks go to the journal, and one line names the cure', async () => {
    const program = newProgram({ script });
    const begun = await program.run(['start', '--deployment', 'app', '--version', '1']);
    const id = begun.stdout.trim();
    expect(id).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/);
    const wrapped = await program.run(['extract', '--id', id, '--', 'sh', '-c', 'echo ran; exit 3']);
    expect([wrapped.code, wrapped.stdout]).toEqual([3, 'ran\n']);
    const marked = await program.run(['finish', '--id', id]);
    for (const end of [begun, marked, { ...wrapped, code: 0 }]) {
      const line = oneWarningWithHint(end);
      expect(line).toContain(`(${cureOf(script)})`);
      expect(line).toContain('the mark is kept in');
    }
    const mended = newProgram({ ledger: program.ledger, env: program.env });
    await mended.quiet(['history']);
    expect(
      mended.rows('SELECT deployment_status AS status, error_message AS error FROM deployment_metrics'),
    ).toEqual([{ status: 'failed', error: 'phase extract: exit code 3' }]);
  });

  test('reading words say the same line and exit 1; help and version need no ledger', async () => {
    const program = newProgram({ script });
    writeFileSync(program.ledger, '');
    for (const words of [['stats'], ['history'], ['show']]) {
      const end = await program.run(words);
      expect([end.code, end.stdout]).toEqual([1, '']);
      expect(end.stderr).toMatch(/^deploytrack: [^\n]*\)\n$/);
      expect(end.stderr).toContain(`(${cureOf(script)})`);
    }
    expect(await program.quiet(['--version'])).toMatch(/^\d+\.\d+\.\d+$/);
    expect(await program.quiet(['--help'])).toContain('finish');
  });
});

test('the printed cure runs what brings the addon, in the installed package, from any folder and with scripts off', async () => {
  const script = installed(() => {}, 'a folder with spaces');
  const packed = join(dirname(dirname(script)), 'node_modules/better-sqlite3/package.json');
  const told = JSON.parse(readFileSync(packed, 'utf8')) as { scripts: { install: string } };
  expect(told.scripts.install).toContain('node-gyp rebuild');
  // What it runs takes minutes; that it is run, and where, is seen by another one in its place.
  told.scripts.install = 'mkdir -p build/Release && cp "$WHOLE" build/Release/better_sqlite3.node';
  writeFileSync(packed, JSON.stringify(told));
  const program = newProgram({ script });
  const said = (await program.run(['phase', 'start', 'x', '--id', 'd'])).stderr;
  const cure = said.match(/\((npm .*)\)\n$/)?.[1] ?? '';
  const whole = createRequire(import.meta.url).resolve(addonFile);
  const env = { ...program.env, WHOLE: whole, npm_config_ignore_scripts: 'true' };
  execFileSync('bash', ['-c', cure], { cwd: program.folder, env, stdio: 'pipe' });
  const { code, stderr } = await program.run(['history']);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('better-sqlite3')]);
});

/** What is to be typed, with the folder of the package in it. */
function cureOf(script: string): string {
  return `npm run install --prefix ${join(dirname(dirname(script)), 'node_modules/better-sqlite3')}`;
}

/** The built program with all its packages but a whole SQLite, in a folder of its own. */
function installed(install: (addon: string) => void, name = ''): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'deploytrack-install-')), name);
  const root = join(dirname(programFile), '..');
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  const packages = dirname(dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json')));
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  for (const name of readdirSync(packages)) {
    if (name !== 'better-sqlite3') symlinkSync(join(packages, name), join(folder, 'node_modules', name));
  }
  const sqlite = join(folder, 'node_modules/better-sqlite3');
  cpSync(join(packages, 'better-sqlite3/lib'), join(sqlite, 'lib'), { recursive: true });
  cpSync(join(packages, 'better-sqlite3/package.json'), join(sqlite, 'package.json'));
  install(join(sqlite, 'build/Release/better_sqlite3.node'));
  return join(folder, 'bin/deploytrack.js');
}
