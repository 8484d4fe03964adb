'use strict';
// Loads the parts of dist/. The build may put a code cache next to a part, made by its own Node: then the part is not compiled
// again, which is a fifth of a mark's time. Another Node rejects the cache and compiles, as it would without one.
const { existsSync, readFileSync } = require('node:fs');
const { join, dirname } = require('node:path');
const { Script } = require('node:vm');

const folder = join(dirname(__dirname), 'dist');
const loaded = new Map();
/** The version of the first part: half an upgrade leaves parts of two versions side by side. */
let version;

/** The exports of a part. Throws `BrokenInstallation`, the same at every call, if it is missing, broken or of another version. */
function loadPart(name) {
  let part = loaded.get(name);
  if (part === undefined) {
    part = { exports: {}, error: undefined };
    loaded.set(name, part);
    try {
      evaluate(name, part);
    } catch (cause) {
      part.error = cause?.name === 'BrokenInstallation' ? cause : broken(name, cause);
    }
  }
  if (part.error !== undefined) throw part.error;
  return part.exports;
}

function evaluate(name, part) {
  const file = join(folder, name);
  const source = readFileSync(file);
  checkWhole(name, source);
  // The build has put a function around it.
  const script = new Script(source.latin1Slice(), {
    filename: file,
    cachedData: cacheFor(file, source),
  });
  told?.(name, script);
  script.runInThisContext()(part.exports, requirePart, part, folder);
}

/** Tells the build of each script, before it runs. */
let told;
function onScript(listener) {
  told = listener;
}

function requirePart(id) {
  return id.startsWith('./') ? loadPart(id.slice(2)) : require(id);
}
requirePart.resolve = require.resolve;
/** The parts that the loaded ones may need. */
const needed = new Set();
/** A function to the exports of another part, or of a module of Node, which is loaded when it is first called. */
requirePart.later = (name) => {
  const isPart = !name.startsWith('node:');
  if (isPart) needed.add(name);
  let exported;
  return () => (exported ??= isPart ? loadPart(name) : require(name));
};
/** Loads what the loaded parts may need, and what that may need. Throws as `loadPart`. */
requirePart.whole = () => {
  for (const name of needed) loadPart(name);
};
/** What the build makes of `import()`: what is compiled here has none of its own. */
requirePart.import = (id) => import(id);

/** The first and the last line of a part are the build's. */
function checkWhole(name, source) {
  const [, found] = /^\/\/ deploytrack "([^"]*)"\n/.exec(source.latin1Slice(0, 80)) ?? [];
  const end = `//# sourceMappingURL=${name}.map\n`;
  if (found === undefined || source.latin1Slice(source.length - end.length) !== end)
    throw new Error('it is cut');
  version ??= found;
  if (found !== version) throw new Error(`it is of version ${found}, not ${version}`);
}

/**
 * The build's cache file of a part: the part, and the cache twice. V8 identifies a source only by its length, so it would
 * accept the cache of an older one, and it checks no byte of a cache: a damaged one crashes the process.
 */
function cacheFor(file, source) {
  let bytes;
  try {
    bytes = readFileSync(`${file}.cache`);
  } catch {
    return undefined;
  }
  const half = (bytes.length - source.length) / 2;
  if (
    !(half > 0) ||
    !Number.isInteger(half) ||
    bytes.compare(source, 0, source.length, 0, source.length) !== 0
  )
    return undefined;
  const from = source.length + half;
  const isTwice = bytes.compare(bytes, from, from + half, source.length, from) === 0;
  return isTwice ? bytes.subarray(source.length, from) : undefined;
}

/** The error for a part that cannot be loaded, with the fix as its hint. */
function broken(name, cause) {
  const root = dirname(folder);
  const what = `${join('dist', name)} of deploytrack`;
  const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  const message = existsSync(join(folder, name)) ? `${what} cannot be used: ${why}` : `${what} is missing`;
  const quoted = /^[\w@%+=:,./\\-]+$/.test(root) ? root : `'${root.replaceAll("'", String.raw`'\''`)}'`;
  const hint = existsSync(join(root, 'scripts/build.mjs'))
    ? `npm run build --prefix ${quoted}`
    : `the installation in ${root} is not whole: install deploytrack there again`;
  return Object.assign(new Error(message, { cause }), { name: 'BrokenInstallation', hint });
}

module.exports = { loadPart, onScript };
