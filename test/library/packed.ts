import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endOf, type ProgramEnd } from '../support/program.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A folder of another program that has installed the package made by `npm pack`. */
export interface Consumer {
  readonly folder: string;
  /** Runs a file with this text with Node, in this folder. */
  node(name: string, text: string, env?: Readonly<Record<string, string>>): Promise<ProgramEnd>;
  /** The errors of the compiler for files with these texts; empty if there are none. */
  typeErrors(files: Readonly<Record<string, string>>): Promise<string>;
  remove(): void;
}

/**
 * The package is unpacked; its dependencies are next to it as npm would install them, as links to this
 * checkout's.
 */
export function packedConsumer(): Consumer {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-library-'));
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'deploytrack'), { recursive: true });
  const npm = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const tarball = execFileSync('npm', npm, { cwd: root, encoding: 'utf8' }).trim();
  execFileSync('tar', [
    '-xf',
    join(folder, tarball),
    '-C',
    join(modules, 'deploytrack'),
    '--strip-components=1',
  ]);
  for (const name of ['better-sqlite3', 'yaml'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  const run = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    endOf(
      spawn(process.execPath, words, {
        cwd: folder,
        env: { PATH: process.env.PATH ?? '', HOME: folder, DEPLOYTRACK_SETTINGS_ROOT: folder, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  return {
    folder,
    node(name, text, env) {
      writeFileSync(join(folder, name), text);
      return run([name], env);
    },
    async typeErrors(files) {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      const strict = [
        '--strict',
        '--noEmit',
        '--lib',
        'es2022',
        '--skipDefaultLibCheck',
        '--module',
        'nodenext',
      ];
      const tsc = join(root, 'node_modules/typescript/bin/tsc');
      return (await run([tsc, ...strict, ...Object.keys(files)])).stdout;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
