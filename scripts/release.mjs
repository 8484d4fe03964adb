// release.mjs [<version>] [--to <folder>] [--archives] [--run]: makes a release of the committed state: sets the version,
// dates the changelog, commits, tags, and builds the files of the release, all in a temporary clone. A dry
// run keeps only the files; --run also copies commit and tag here, after the files are built. Nothing is ever
// pushed or published: the last lines print how. Exits with 1 if a release is not possible.
import './needsNode.mjs';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { released } from './changelog.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    run: { type: 'boolean', default: false },
    archives: { type: 'boolean', default: false },
    to: { type: 'string' },
  },
});
const current = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
const version = positionals[0] ?? current;
const tag = `v${version}`;
const problems = whatIsWrong();
for (const problem of problems) console.error(`cannot release ${version}: ${problem}`);
if (problems.length > 0) process.exit(1);

const folder = resolve(values.to ?? mkdtempSync(join(tmpdir(), `deploytrack-${version}-`)));
const temporary = mkdtempSync(join(tmpdir(), 'deploytrack-clone-'));
try {
  git(root, 'clone', '--quiet', root, temporary);
  inheritIdentity();
  release();
} catch (error) {
  console.error(`cannot release ${version}: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function whatIsWrong() {
  const wrong = [];
  if (!/^\d+\.\d+\.\d+$/.test(version)) wrong.push('a version is three numbers, like 1.2.3');
  else if (isLower(version, current)) wrong.push(`package.json is at ${current} already`);
  if (git(root, 'tag', '--list', tag) !== '') wrong.push(`the tag ${tag} exists`);
  if (git(root, 'status', '--porcelain') !== '') wrong.push('there are changes that are not committed');
  return wrong;
}

function release() {
  const changed = setVersion(temporary);
  if (changed.length > 0)
    git(temporary, 'commit', '--quiet', '--message', `Release ${version}`, '--', ...changed);
  git(temporary, 'tag', '--annotate', tag, '--message', `deploytrack ${version}`);
  const files = [join(root, 'scripts/release-files.mjs'), tag, folder];
  execFileSync(process.execPath, values.archives ? [...files, '--archives'] : files, {
    cwd: temporary,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (values.run) take();
  console.log(
    `${values.run ? 'released' : 'dry run of'} ${version}: ${changed.join(', ') || 'no file'} changed, tag ${tag}`,
  );
  console.log(readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trimEnd());
  console.log(`the files are in ${folder}`);
  console.log(
    values.run
      ? `next: git push --atomic origin HEAD ${tag}`
      : `next: npm run release -- ${version} --run, on the commit that all tests passed on`,
  );
}

/** Copies commit and tag, now that the files are built from them. Nothing is changed here before that. */
function take() {
  git(root, 'fetch', '--quiet', '--no-tags', temporary, `refs/tags/${tag}:refs/tags/${tag}`);
  try {
    git(root, 'merge', '--quiet', '--ff-only', `${tag}^{commit}`);
  } catch (error) {
    git(root, 'tag', '--delete', tag);
    throw error;
  }
}

/** The identity of the committer in this clone, because a clone of it does not inherit that. */
function inheritIdentity() {
  const names = ['user.name', 'user.email', 'user.signingkey', 'gpg.format', 'commit.gpgsign', 'tag.gpgsign'];
  for (const name of names) {
    const value = git(root, 'config', '--default', '', '--get', name);
    if (value !== '') git(temporary, 'config', name, value);
  }
}

/** The files that had to be changed. */
function setVersion(where) {
  const date = new Date().toISOString().slice(0, 10);
  const own = `"version": "${current}"`;
  const edits = {
    'CHANGELOG.md': (text) => released(text, { version, date }),
    'package.json': (text) => text.replace(own, `"version": "${version}"`),
    // The version of the program itself, which is there twice; npm would also remove fields that it does not
    // know.
    'package-lock.json': (text) =>
      text.replace(own, `"version": "${version}"`).replace(own, `"version": "${version}"`),
    'shell/DeployTrack/DeployTrack.psd1': (text) =>
      text.replace(`ModuleVersion = '${current}'`, `ModuleVersion = '${version}'`),
    'examples/monitoring/Dockerfile': (text) =>
      text.replace(`deploytrack@${current} `, `deploytrack@${version} `),
  };
  return Object.entries(edits).flatMap(([name, edit]) => {
    const before = readFileSync(join(where, name), 'utf8');
    const after = edit(before);
    if (after === before) return [];
    writeFileSync(join(where, name), after);
    return [name];
  });
}

function isLower(one, other) {
  const [a, b] = [one, other].map((text) => text.split('.').map(Number));
  const at = a.findIndex((part, index) => part !== b[index]);
  return at !== -1 && a[at] < b[at];
}

function git(where, ...words) {
  return execFileSync('git', words, { cwd: where, encoding: 'utf8' }).trim();
}
