import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { shellArgument } from '../../src/text/shellArgument.ts';
import { addonIn, installedCopy, packages, target } from '../support/installedCopy.ts';
import { endOf, newProgram, programFile } from '../support/program.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 30_000 });

const sqlite = JSON.parse(readFileSync(join(packages, 'better-sqlite3/package.json'), 'utf8')) as {
  version: string;
};

/** For another CPU architecture of this system. */
const foreign = `linux-${process.arch === 'arm64' ? 'x64' : 'arm64'}`;

/** The damage to the folder of the package, and what the message says about it. */
const damages: Readonly<Record<string, readonly [damage: (folder: string) => void, said: string]>> = {
  'is missing': [(folder) => rmSync(addonIn(folder)), `SQLite's native addon for ${target} is missing`],
  'is not a library': [(folder) => writeFileSync(addonIn(folder), 'for another machine'), 'file too short'],
  'is empty': [(folder) => truncateSync(addonIn(folder)), 'file too short'],
  'is cut, so that the linker would abort the process,': [
    (folder) => truncateSync(addonIn(folder), Math.floor(statSync(addonIn(folder)).size / 2)),
    'is truncated',
  ],
  'is that of another machine': [
    (folder) => cpSync(join(folder, `prebuilds/${foreign}.node`), addonIn(folder)),
    'cannot open shared object file',
  ],
  'is that of another system': [
    (folder) => cpSync(join(folder, 'prebuilds/darwin-x64.node'), addonIn(folder)),
    'invalid ELF header',
  ],
  'is of another version than the library in the bundle': [
    (folder) => {
      const file = join(folder, 'package.json');
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replace(`"version": "${sqlite.version}"`, '"version": "13.1.1"'),
      );
    },
    `better-sqlite3 13.1.1 is installed, but this deploytrack was built with ${sqlite.version}`,
  ],
  'is missing with its whole package': [
    (folder) => rmSync(folder, { recursive: true }),
    "SQLite's package better-sqlite3 is not installed",
  ],
};

/** Like a Node whose own SQLite cannot serve instead. */
const withoutSqlite = { NODE_OPTIONS: '--no-experimental-sqlite' };

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

describe.each(Object.entries(damages))(
  'Native addon that %s, on a Node without SQLite',
  (_, [damage, said]) => {
    const script = installedCopy(damage);

    test('wrapped commands run without SQLite, marks go to the journal, and one line names the fix', async () => {
      const program = newProgram({ script, env: withoutSqlite });
      const begun = await program.run(['start', '--deployment', 'app', '--version', '1']);
      const id = begun.stdout.trim();
      expect(id).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/);
      const wrapped = await program.run(['extract', '--id', id, '--', 'sh', '-c', 'echo ran; exit 3']);
      expect([wrapped.code, wrapped.stdout]).toEqual([3, 'ran\n']);
      const marked = await program.run(['finish', '--id', id]);
      for (const end of [begun, marked, { ...wrapped, code: 0 }]) {
        const line = oneWarningWithHint(end);
        expect(line).toContain(`\ndeploytrack: hint: run ${cureOf(script)}`);
        expect(line).toContain(said);
        expect(line).toContain('the mark was saved to');
      }
      const mended = newProgram({ ledger: program.ledger, env: program.env });
      await mended.quiet(['history']);
      expect(
        mended.rows('SELECT deployment_status AS status, error_message AS error FROM deployment_metrics'),
      ).toEqual([{ status: 'failed', error: 'phase extract: exit code 3' }]);
    });

    test('reading commands print the fix and exit with 1 without SQLite, while help and version work', async () => {
      const program = newProgram({ script, env: withoutSqlite });
      writeFileSync(program.ledger, '');
      for (const words of [['stats'], ['history'], ['show']]) {
        const end = await program.run(words);
        expect([end.code, end.stdout]).toEqual([1, '']);
        expect(end.stderr).toMatch(/^deploytrack: error: [^\n]*\ndeploytrack: hint: [^\n]*\n$/);
        expect(end.stderr).toContain(`\ndeploytrack: hint: run ${cureOf(script)}`);
      }
      expect(await program.quiet(['--version'])).toMatch(/^\d+\.\d+\.\d+$/);
      expect(await program.quiet(['--help'])).toContain('finish');
    });
  },
);

const cured = Object.entries(damages).filter(([name]) =>
  /missing|another machine|another version/.test(name),
);

test.each(cured)('the printed fix works as printed if the addon %s', async (_, [damage]) => {
  const script = installedCopy(damage, 'a folder with spaces');
  const program = newProgram({ script, env: withoutSqlite });
  const said = (await program.run(['start', '--deployment', 'app', '--version', '1'])).stderr;
  const cure = /hint: run (npm .*)\n$/.exec(said)?.[1] ?? '';
  expect(cure).toBe(cureOf(script));
  const env = npmEnvironment(program.folder);
  const typed = await endOf(spawn('bash', ['-c', cure], { cwd: program.folder, env }));
  expect([typed.code, typed.stderr]).toEqual([0, '']);
  expect(await program.quiet(['history'])).toContain('in-progress');
});

test('the line says what to remove first if the addon from the printed fix is damaged too', async () => {
  const script = installedCopy((folder) => rmSync(folder, { recursive: true }));
  const bundles = join(dirname(dirname(script)), 'dist');
  const folder = join(bundles, 'node_modules/better-sqlite3');
  cpSync(join(packages, 'better-sqlite3'), folder, { recursive: true });
  rmSync(addonIn(folder));
  const { stderr } = await newProgram({ script, env: withoutSqlite }).run([
    'start',
    '--deployment',
    'app',
    '--version',
    '1',
  ]);
  expect(stderr).toContain(
    `hint: remove ${folder}, then run npm install --prefix ${bundles} --no-save better-sqlite3@`,
  );
});

test('a self-compiled addon is used if the ready-made one does not load', async () => {
  const script = installedCopy((folder) => {
    mkdirSync(join(folder, 'build/Release'), { recursive: true });
    cpSync(addonIn(folder), join(folder, 'build/Release/better_sqlite3.node'));
    writeFileSync(addonIn(folder), 'asks for a newer C library');
  });
  const program = newProgram({ script, env: withoutSqlite });
  expect(await program.quiet(['start', '--deployment', 'app', '--version', '1'])).toMatch(/^\d{8}T/);
  expect(program.rows('SELECT version FROM deployment_metrics')).toEqual([{ version: '1' }]);
});

test('the bundled library has exactly the version of the addon that npm installs', () => {
  const root = join(dirname(programFile), '..');
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(dependencies['better-sqlite3']).toBe(sqlite.version);
  const dist = join(root, 'dist');
  const parts = readdirSync(dist).filter((name) => name.endsWith('.cjs'));
  const loading = parts
    .map((name) => readFileSync(join(dist, name), 'utf8'))
    .filter((text) => text.includes('better_sqlite3.node'));
  // The program and the library.
  expect(loading.length).toBe(2);
  for (const text of loading) expect(text).toContain(`"${sqlite.version}"`);
});

/** The command to type, with the folder of the installation in it. */
function cureOf(script: string): string {
  return `npm install --prefix ${shellArgument(join(dirname(dirname(script)), 'dist'))} --no-save better-sqlite3@${sqlite.version}`;
}

/** npm with a registry and a cache of the test's own. */
function npmEnvironment(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: folder,
    npm_config_registry: registry.url,
    npm_config_update_notifier: 'false',
  };
}
