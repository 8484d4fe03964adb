import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.ts';
import { endOf, type Program } from '../support/program.ts';

const hook = fileURLToPath(new URL('../support/loadsHook.cjs', import.meta.url));

/** What one run of the built program has loaded, beyond what Node has at its start. */
export interface Loads {
  readonly builtins: readonly string[];
  /** Those that npm installs, and those whose code is in the parts of dist/. */
  readonly packages: readonly string[];
}

/** Runs it to its end; with `until` it is stopped when its standard error says that. Throws unless it exits with `code`. */
export async function loadsOf(
  program: Program,
  words: readonly string[],
  { code = 0, until }: { code?: number; until?: string } = {},
): Promise<Loads> {
  const [node, script] = program.words;
  const root = join(dirname(script), '..');
  const file = join(program.folder, 'loads.json');
  rmSync(file, { force: true });
  const child = spawn(node, ['-r', hook, script, ...words], {
    cwd: program.folder,
    env: { ...program.env, LOADS: file, LOADER: join(root, 'bin/load.js') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const ended = endOf(child);
  if (until !== undefined) {
    await eventually(() => said.includes(until) || undefined, { what: `${words.join(' ')} says ${until}` });
    child.kill('SIGTERM');
  }
  const end = await ended;
  if (end.code !== code) throw new Error(`${words.join(' ')}: ${JSON.stringify(end)}`);
  const { builtins, packages, parts } = JSON.parse(readFileSync(file, 'utf8')) as Loads & { parts: string[] };
  const inlined = parts.flatMap((part) => packagesIn(join(root, 'dist', part)));
  return { builtins, packages: [...new Set([...packages, ...inlined])] };
}

/** As the source map beside a part names its sources. */
function packagesIn(part: string): string[] {
  const { sources } = JSON.parse(readFileSync(`${part}.map`, 'utf8')) as { sources: string[] };
  return sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
}
