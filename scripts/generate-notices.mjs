// generate-notices.mjs [--check]: writes THIRD_PARTY_NOTICES, the licenses of the packages whose code the bundles contain;
// with --check it changes nothing and exits 1 if the file is stale.
import './needsNode.mjs';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { rolldown } from 'rolldown';
import { pageScript, program, whole, wholes } from './bundles.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const file = 'THIRD_PARTY_NOTICES';
const text = await notices();
if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (read(file) !== text) {
  console.error(`${file} is stale: run \`node scripts/generate-notices.mjs\` to update it`);
  process.exitCode = 1;
}

async function notices() {
  const parts = (await bundledFolders()).map(notice);
  const head = `The files in dist/ and bin/ of deploytrack contain code of the following packages, in the versions that are named. The
other packages that deploytrack needs are installed beside it by npm, each with its license.
`;
  return [head, ...parts].join(`\n${'-'.repeat(80)}\n\n`);
}

/** Folders of packages, as the bundlers say which files they took. */
async function bundledFolders() {
  const folders = new Set();
  const add = (path) => {
    const [folder] = /node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [];
    if (folder !== undefined) folders.add(folder);
  };
  for (const options of [program(), ...wholes.map(({ file, input }) => whole(file, input))]) {
    const bundle = await rolldown(options);
    const { output } = await bundle.generate({ ...options.output, sourcemap: false });
    for (const { modules = {} } of output)
      for (const [path, { renderedLength }] of Object.entries(modules)) if (renderedLength > 0) add(path);
    await bundle.close();
  }
  const { metafile } = await build({ ...pageScript, write: false, metafile: true });
  for (const { inputs } of Object.values(metafile.outputs))
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) if (bytesInOutput > 0) add(path);
  return [...folders].sort();
}

function notice(folder) {
  const { name, version, license, repository } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  if (typeof license !== 'string') throw new Error(`${name} names no license`);
  const files = readdirSync(folder).filter((one) => /^(licen[cs]e|notice|copying)(\.|$)/i.test(one));
  const texts = files
    .sort()
    .map((one) => readFileSync(`${folder}/${one}`, 'utf8').replaceAll('\r\n', '\n').trim());
  if (files.length === 0) texts.push(licenseOfReadme(folder));
  return `${[`${name} ${version} (${license})`, address(repository)].join('\n')}\n\n${texts.join('\n\n')}\n`;
}

/** Some packages have the text of their license at the end of their readme. Throws if there is none. */
function licenseOfReadme(folder) {
  const [, text = ''] = (read(`${folder}/README.md`) ?? '').split(/^## license$/im);
  if (!text.includes('Permission is hereby granted')) throw new Error(`${folder} ships no license text`);
  return text.trim();
}

/** The URL of a repository for a browser. */
function address(repository) {
  const [, path] =
    /^(?:.*github\.com[:/]|github:)?([^:]+?)(?:\.git)?$/.exec(repository.url ?? repository) ?? [];
  if (path === undefined) throw new Error(`no address: ${JSON.stringify(repository)}`);
  return `https://github.com/${path}`;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
