import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The packages whose code is in dist/ and bin/: `name@version`, from the notices, which the bundler made. */
export function bundledPackages(root) {
  return readFileSync(join(root, 'THIRD_PARTY_NOTICES'), 'utf8')
    .split(`${'-'.repeat(80)}\n\n`)
    .slice(1)
    .map((part) => /^(\S+) (\S+) \(/.exec(part).slice(1).join('@'));
}

/** The folders of the packages that the program loads, with all that these need, by where Node looks for them. */
export function installedPackages(root, names) {
  const folders = new Set();
  const left = names.map((name) => ({ name, from: '' }));
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    const folder = folderOf(root, one);
    if (folders.has(folder)) continue;
    folders.add(folder);
    const { dependencies = {} } = manifestOf(root, folder);
    left.push(...Object.keys(dependencies).map((name) => ({ name, from: folder })));
  }
  return [...folders].sort();
}

function folderOf(root, { name, from }) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(join(root, folder, 'package.json'))) return folder;
    if (at === '') throw new Error(`${name} is not installed: run \`npm ci\``);
  }
}

export function manifestOf(root, folder) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
}

/** All files of a package but those of packages inside it. Throws if there is no license among them. */
export function filesOfPackage(root, folder) {
  const files = readdirSync(join(root, folder), { recursive: true })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => !name.startsWith('node_modules/') && statSync(join(root, folder, name)).isFile());
  if (!files.some((name) => /^licen[cs]e/i.test(name))) throw new Error(`${folder} has no license`);
  return files.map((name) => `${folder}/${name}`);
}
