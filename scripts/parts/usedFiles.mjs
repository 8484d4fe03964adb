// usedFiles.mjs [--check]: writes used.json, which files of the sources the common commands use: they are run in a build in which each
// file is a part. With --check it changes nothing and exits 1 if that is stale. A stale one makes a slower program, not a wrong one.
import '../needsNode.mjs';
import { execFile } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { program } from '../bundles.mjs';
import { commonRuns, withPlace } from './commonRuns.mjs';
import { writeParts } from './writeParts.mjs';

const to = 'scripts/parts/used.json';
const text = `${JSON.stringify(await usedFiles(), null, 2)}\n`;
if (!process.argv.includes('--check')) writeFileSync(to, text);
else if (readFileSync(to, 'utf8') !== text) {
  console.error(`${to} is stale: run \`npm run generate\``);
  process.exitCode = 1;
}

/** The files that each command used. */
async function usedFiles() {
  return withPlace(async ({ folder, quiet, pushing }) => {
    const filesOf = await writeParts(join(folder, 'dist'), program({ eachFile: true }), { minify: false });
    for (const name of ['deploytrack.js', 'load.js', 'package.json'])
      cpSync(`bin/${name}`, join(folder, 'bin', name));
    cpSync('package.json', join(folder, 'package.json'));
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const used = {};
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
      const files = JSON.parse(readFileSync(tells, 'utf8')).flatMap((part) => filesOf(part));
      used[name] = files
        .map((file) => relative(process.cwd(), file))
        .filter(isFile)
        .sort();
    }
    return used;
  });
}

/** Not one that the bundler or a plugin has made up. */
function isFile(file) {
  return !file.includes('\0');
}
