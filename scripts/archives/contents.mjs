import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundledPackages, filesOfPackage, installedPackages, manifestOf } from './packages.mjs';
import { npmSbom, sbom } from './sbom.mjs';

const sqliteLicense = `SQLite is in the public domain: https://sqlite.org/copyright.html
`;

/** What is the same in all archives: the files of the package, the packages that it loads, and what npm says of all. */
export function commonContents(root, loaded) {
  return { root, own: ownFiles(root), packages: installedPackages(root, loaded), told: npmSbom(root) };
}

/**
 * The files of an archive, `{ name, bytes, isProgram }`, in the order of their names: the package as npm packs it, the packages
 * that npm installs with it, one SQLite addon, Node, and what describes them. `node` is its program and its license.
 */
export function contents({ common, target, node, date }) {
  const { root, own, packages, told } = common;
  const sqlite = 'node_modules/better-sqlite3';
  const files = [
    ...own,
    ...packages.flatMap((folder) => filesOfPackage(root, folder)).map((name) => ({ name })),
    ...['package.json', 'LICENSE', `prebuilds/${target.addon}`].map((name) => ({
      name: `${sqlite}/${name}`,
    })),
  ].map(({ name, isProgram = false }) => ({ name, isProgram, bytes: readFileSync(join(root, name)) }));
  const { launcher } = target;
  files.push(
    { name: target.node.name, isProgram: true, bytes: node.program },
    {
      name: launcher.name,
      isProgram: true,
      bytes: readFileSync(new URL(launcher.from, import.meta.url)),
    },
    text('licenses/node.txt', node.license),
    text('licenses/sqlite.txt', sqliteLicense),
    text('deploytrack.cdx.json', sbomOf({ root, told, target, packages: [...packages, sqlite], date })),
  );
  files.push(text('SHA256SUMS', sums(files)));
  return files.sort(byName);
}

/** Without code caches: they differ from build to build, and are of use only to the Node that made them. */
export function ownFiles(root) {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const told = execFileSync('npm', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return JSON.parse(told)[0]
    .files.filter(({ path }) => !path.endsWith('.cjs.cache'))
    .map(({ path, mode }) => ({ name: path, isProgram: (mode & 0o100) !== 0 }));
}

function sbomOf({ root, told, target, packages, date }) {
  const named = packages.map((folder) => {
    const { name, version } = manifestOf(root, folder);
    return `${name}@${version}`;
  });
  const { version } = target.node;
  return sbom({
    root,
    told,
    packages: [...new Set([...bundledPackages(root), ...named])],
    date,
    more: [
      component('node', { version, license: 'MIT', purl: `pkg:npm/${target.node.program}@${version}` }),
      component('sqlite', {
        version: sqliteVersion(root),
        license: 'blessing',
        purl: `pkg:generic/sqlite@${sqliteVersion(root)}`,
      }),
    ],
  });
}

function component(name, { version, license, purl }) {
  const licenses = [{ license: { id: license } }];
  return { 'bom-ref': purl, type: 'application', name, version, scope: 'required', purl, licenses };
}

function sqliteVersion(root) {
  const Database = createRequire(join(root, 'package.json'))('better-sqlite3');
  return new Database(':memory:').prepare('SELECT sqlite_version()').pluck().get();
}

/** As `sha256sum --check` reads them. */
export function sums(files) {
  return [...files]
    .sort(byName)
    .map(({ name, bytes }) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`)
    .join('');
}

function text(name, content) {
  return { name, isProgram: false, bytes: Buffer.from(content) };
}

function byName(one, other) {
  return one.name < other.name ? -1 : 1;
}
