// Which files of the sources the common commands use: they are run in a build in which each file is a part.
import { execFile } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { program } from '../bundles.mjs';
import { commonRuns, withPlace } from './commonRuns.mjs';
import { writeParts } from './writeParts.mjs';

/** A function from a file to the names of the commands that used it. */
export async function usedFiles() {
  return withPlace(async ({ folder, quiet, pushing }) => {
    const filesOf = await writeParts(join(folder, 'dist'), program(null), { minify: false });
    for (const name of ['deploytrack.js', 'load.js', 'package.json'])
      cpSync(`bin/${name}`, join(folder, 'bin', name));
    cpSync('package.json', join(folder, 'package.json'));
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const commandsOf = new Map();
    const tells = join(folder, 'parts.json');
    for (const { name, words, pushes } of commonRuns) {
      const env = { ...(pushes ? pushing : quiet), PARTS_LOADED: tells };
      const hook = resolve('scripts/parts/tellParts.cjs');
      await promisify(execFile)(
        process.execPath,
        ['-r', hook, join(folder, 'bin/deploytrack.js'), ...words],
        { cwd: folder, env },
      );
      if (name === undefined) continue;
      for (const part of JSON.parse(readFileSync(tells, 'utf8')))
        for (const file of filesOf(part)) {
          const id = relative(process.cwd(), file);
          commandsOf.set(id, (commandsOf.get(id) ?? new Set()).add(name));
        }
    }
    return (id) => commandsOf.get(id) ?? new Set();
  });
}
