// release-files.mjs <commit> <folder> [--archives]: builds the files of a release from a clean clone of the commit: the
// package, the sources, an SBOM (CycloneDX) of what npm installs with it, the notes from the changelog, with --archives those
// that are installed by unpacking them, and the checksums of all.
import './needsNode.mjs';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cache } from './archives/nodes.mjs';
import { lockedPackages, npmSbom, sbom } from './archives/sbom.mjs';
import { partOf } from './changelog.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { archives: { type: 'boolean', default: false } },
});
const [commit, folder] = positionals;
if (folder === undefined) {
  console.error('release-files.mjs <commit> <folder> [--archives]');
  process.exit(2);
}
const to = resolve(folder);
if (existsSync(to) && readdirSync(to).length > 0) {
  console.error(`${to} is not empty`);
  process.exit(1);
}
mkdirSync(to, { recursive: true });
const clone = mkdtempSync(join(tmpdir(), 'deploytrack-release-'));
try {
  make();
} finally {
  rmSync(clone, { recursive: true, force: true });
}

function make() {
  run('git', ['clone', '--quiet', '--no-checkout', process.cwd(), clone], process.cwd());
  run('git', ['checkout', '--quiet', '--detach', commit]);
  const { name, version } = JSON.parse(readFileSync(join(clone, 'package.json'), 'utf8'));
  // The build tools are those of this checkout, which `npm ci` has installed.
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
  run('npm', ['pack', '--silent', '--pack-destination', to]);
  const sources = `${name}-${version}-sources.tar.gz`;
  run('git', [
    'archive',
    '--format=tar.gz',
    `--prefix=${name}-${version}/`,
    '--output',
    join(to, sources),
    'HEAD',
  ]);
  if (values.archives) run(process.execPath, [join(clone, 'scripts/pack.mjs'), to, '--cache', cache]);
  const date = new Date(Number(run('git', ['log', '-1', '--format=%ct'])) * 1000);
  const bom = sbom({ root: clone, told: npmSbom(clone), packages: lockedPackages(clone), date });
  writeFileSync(join(to, `${name}-${version}.cdx.json`), bom);
  writeFileSync(
    join(to, 'NOTES.md'),
    `${partOf(readFileSync(join(clone, 'CHANGELOG.md'), 'utf8'), version) ?? ''}\n`,
  );
  const sums = readdirSync(to)
    .filter((file) => file !== 'SHA256SUMS')
    .sort()
    .map((file) => `${sha256(join(to, file))}  ${file}\n`);
  writeFileSync(join(to, 'SHA256SUMS'), sums.join(''));
}

function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function run(program, words, cwd = clone) {
  return execFileSync(program, words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
