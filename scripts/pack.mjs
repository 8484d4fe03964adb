// pack.mjs [<folder>] [--target <name>]… [--cache <folder>]: makes the archives of the built program for the targets (all), and their
// checksums, in a folder (archives). `--cache` is where the Nodes come from. The times in the archives are those of the
// commit, or SOURCE_DATE_EPOCH.
import './needsNode.mjs';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { commonContents, contents, sums } from './archives/contents.mjs';
import { cache, nodeFiles } from './archives/nodes.mjs';
import { targets } from './archives/targets.mjs';
import { writeTarGz, writeZip } from './archives/write.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    target: { type: 'string', multiple: true, default: targets.map(({ name }) => name) },
    cache: { type: 'string', default: cache },
    // For tests: takes `<package>-<version>/<file>` from a folder, without a look at hashes.
    'stand-ins': { type: 'string' },
  },
});
const to = resolve(positionals[0] ?? 'archives');
const [nodes, standIns] = [values.cache, values['stand-ins']].map((folder) => folder && resolve(folder));
process.chdir(root);
process.env.TZ = 'UTC'; // a zip has local times
const { heavy, version } = await import('./bundles.mjs');

try {
  for (const built of ['bin/bare.js', 'dist/deploytrack.cjs', 'dist/page.html'])
    if (!existsSync(built)) throw new Error(`${built} is missing: run \`npm run build\``);
  const wrong = values.target.find((name) => !targets.some((target) => target.name === name));
  if (wrong !== undefined) throw new Error(`unknown target ${wrong}`);
  await pack();
} catch (error) {
  console.error(`cannot pack: ${error.message}`);
  process.exitCode = 1;
}

async function pack() {
  const date = dateOfArchives();
  const wanted = targets.filter(({ name }) => values.target.includes(name));
  const nodeOf = new Map();
  for (const target of wanted)
    nodeOf.set(target, standIns ? standInsFor(target) : await nodeFiles(target, nodes));
  const common = commonContents(root, heavy);
  const packed = [];
  mkdirSync(to, { recursive: true });
  for (const target of wanted) {
    const folder = `deploytrack-${version}-${target.name}`;
    const name = `${folder}.${target.suffix}`;
    const write = target.suffix === 'zip' ? writeZip : writeTarGz;
    const files = contents({ common, target, node: nodeOf.get(target), date });
    await write(join(to, name), { folder, files, date });
    packed.push({ name, bytes: readFileSync(join(to, name)) });
    const megabytes = (statSync(join(to, name)).size / 1e6).toFixed(1);
    console.log(`${join(to, name)}: ${megabytes} MB, Node ${target.node.version}`);
  }
  writeFileSync(join(to, 'SHA256SUMS'), sums(packed));
}

function standInsFor({ node }) {
  const read = (name, file) => readFileSync(join(standIns, `${name}-${node.version}`, file));
  return { program: read(node.program, node.from), license: read(node.license, 'LICENSE') };
}

function dateOfArchives() {
  const told = process.env.SOURCE_DATE_EPOCH;
  const seconds = told ?? execFileSync('git', ['log', '-1', '--format=%ct'], { encoding: 'utf8' }).trim();
  if (!/^\d+$/.test(seconds)) throw new Error(`SOURCE_DATE_EPOCH is ${JSON.stringify(seconds)}, not seconds`);
  return new Date(Math.max(Number(seconds), 315_532_800) * 1000); // a zip has no times before 1980
}
