import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { because } from '../support/because.ts';
import { cleanClone } from '../support/cleanClone.ts';
import { nodeOf, notBrought } from '../support/nodes.ts';
import { endOf, newProgram, type Program } from '../support/program.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { serve } from '../support/serve.ts';

// npm installs a package in each.
vi.setConfig({ testTimeout: 180_000 });

const root = fileURLToPath(new URL('../../', import.meta.url));
let registry: Registry;
let tarball: string;

beforeAll(async () => {
  registry = await startRegistry();
  tarball = packedCleanClone();
}, 120_000);
afterAll(() => registry.close());

test('the package of a fresh clone has every file that it refers to', () => {
  const files = execFileSync('tar', ['-tf', tarball], { encoding: 'utf8' }).split('\n');
  for (const file of [
    'bin/deploytrack.js',
    'bin/bare.js',
    'dist/deploytrack.cjs',
    'bin/load.js',
    'dist/session.cjs',
    'dist/session.cjs.cache',
    'dist/session.cjs.map',
  ])
    expect(files).toContain(`package/${file}`);
  for (const file of [
    'dist/server.cjs',
    'dist/library.cjs',
    'dist/library.d.ts',
    'dist/page.html',
    'README.md',
    'shell/DeployTrack/DeployTrack.psd1',
    'shell/DeployTrack/DeployTrack.psm1',
    'shell/DeployTrack/DeployTrack.Format.ps1xml',
  ])
    expect(files).toContain(`package/${file}`);
  expect(files.filter((file) => /^package\/(src|test|node_modules)\//.test(file))).toEqual([]);
});

test('publint finds no problem in the package, and finds a missing file', async () => {
  const bytes = readFileSync(tarball);
  const packed = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const { messages } = await publint({ pack: { tarball: packed }, strict: true });
  expect(messages).toEqual([]);
  const folder = mkdtempSync(join(tmpdir(), 'publint-'));
  execFileSync('tar', ['-xf', tarball, '-C', folder, '--exclude=package/dist/library.cjs']);
  const found = await publint({ pkgDir: join(folder, 'package'), pack: false });
  expect(found.messages.map(({ code }) => code)).toContain('FILE_DOES_NOT_EXIST');
});

test('npm ci compiles nothing in a clone, because the lock file describes the addon as prebuilt', () => {
  // npm writes no `gypfile` and then treats every package with a binding.gyp as one to build, which needs
  // Python.
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { gypfile?: boolean }>;
  };
  const withGyp = Object.keys(packages).filter(
    (name) => name !== '' && existsSync(join(root, name, 'binding.gyp')),
  );
  expect(withGyp).toContain('node_modules/better-sqlite3');
  for (const name of withGyp) expect([name, packages[name]?.gypfile]).toEqual([name, false]);
});

describe.each([
  ['22.14.0', nodeOf('22.14.0')],
  [process.versions.node, process.execPath],
  ['26', nodeOf('26')],
])('Installed by npm with Node %s, without a compiler', (version, node) => {
  test.skipIf(because(node === undefined, notBrought(version)))(
    'the installed package compiles and asks nothing, and records and reads a deployment',
    async () => {
      const { prefix, bin, said } = await installed(node as string);
      expect(said).toMatch(/^\n?added \d+ packages? in \S+\n$/);
      const packages = join(prefix, 'lib/node_modules/deploytrack/node_modules');
      expect(existsSync(join(packages, 'better-sqlite3/prebuilds'))).toBe(true);
      expect(existsSync(join(packages, 'better-sqlite3/build'))).toBe(false);
      const program = newProgram({
        script: realpathSync(join(prefix, 'bin/deploytrack')),
        node: node as string,
        env: { PATH: `${bin}:${process.env.PATH}` },
      });
      await recordsAndReads(program);
    },
  );
});

/** A deployment with two phases, and every command that shows it. */
async function recordsAndReads(program: Program): Promise<void> {
  const id = await program.quiet(['start', '--deployment', 'app', '--version', '1']);
  await program.quiet(['phase', 'run', 'extract', '--id', id, '--', 'true']);
  await program.quiet(['phase', 'run', 'migrate', '--id', id, '--', 'true']);
  await program.quiet(['finish', '--id', id]);
  expect(await program.quiet(['show', id])).toContain('extract');
  expect(await program.quiet(['stats'])).toContain('1 successful');
  expect(program.rows('SELECT stage FROM deployment_stages ORDER BY stage')).toEqual([
    { stage: 'extract' },
    { stage: 'migration' },
  ]);
  const { url } = await serve({ program });
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('deployment_total{');
}

/** Installs into an empty prefix, as an account with only that Node in PATH and what npm itself needs. */
async function installed(node: string): Promise<{ prefix: string; bin: string; said: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'install-'));
  const [prefix, bin] = [join(folder, 'prefix'), join(folder, 'bin')];
  for (const name of [prefix, bin]) mkdirSync(name);
  symlinkSync(node, join(bin, 'node'));
  const npm = realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim());
  const npmInstall = spawn(node, [npm, 'install', '-g', '--prefix', prefix, tarball], {
    cwd: folder,
    env: {
      PATH: bin,
      HOME: folder,
      npm_config_registry: registry.url,
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
    },
  });
  const { code, stdout, stderr } = await endOf(npmInstall);
  if (code !== 0) throw new Error(stderr);
  return { prefix, bin, said: `${stderr}${stdout}` };
}

/** A copy of what is under version control, without anything that was built. */
function packedCleanClone(): string {
  const to = mkdtempSync(join(tmpdir(), 'packed-'));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', to], {
    cwd: cleanClone(),
    stdio: 'pipe',
  });
  return join(to, readdirSync(to)[0] as string);
}
