// nodes.mjs [<folder>]: brings the Nodes of the archives from npm into the folder (.node/archives), unless they are there.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { list } from 'tar';
import { integrity, targets } from './targets.mjs';

export const cache = fileURLToPath(new URL('../../.node/archives', import.meta.url));

/** The program and the license of a target's Node. Throws if npm cannot bring them, or if they are not those of the list. */
export async function nodeFiles({ node }, folder) {
  const program = await filesOf(`${node.program}-${node.version}`, { names: [node.from], folder });
  const license = await filesOf(`${node.license}-${node.version}`, { names: ['LICENSE'], folder });
  return { program: program[0], license: license[0] };
}

async function filesOf(name, { names, folder }) {
  const tarball = bring(name, folder);
  const found = new Map();
  await list({
    file: tarball,
    onReadEntry: (entry) => {
      const path = entry.path.replace('package/', '');
      if (!names.includes(path)) return entry.resume();
      const parts = [];
      entry.on('data', (part) => parts.push(part));
      entry.on('end', () => found.set(path, Buffer.concat(parts)));
    },
  });
  for (const path of names) if (!found.has(path)) throw new Error(`${tarball} has no ${path}`);
  return names.map((path) => found.get(path));
}

/** The path of a package's file, which npm has verified when it came, and the hash here each time. */
function bring(name, folder) {
  const file = join(folder, `${name}.tgz`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const words = ['pack', '--silent', '--pack-destination', folder, name.replace(/-(?=\d+\.)/, '@')];
    execFileSync('npm', words, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const hash = createHash('sha512').update(readFileSync(file)).digest('base64');
  if (`sha512-${hash}` !== integrity[name])
    throw new Error(`${file} is not ${name} as it was published; remove it`);
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = resolve(process.argv[2] ?? cache);
  for (const { node } of targets)
    for (const name of new Set([node.program, node.license])) bring(`${name}-${node.version}`, folder);
}
