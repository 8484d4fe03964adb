// What the program is put together of, and how rolldown and esbuild are told.
import { readdirSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { lazyParts } from './parts/lazyParts.mjs';
import { ownPart, usedPart } from './parts/usedParts.mjs';

const { version, dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

export { version };
/**
 * Their code is in the parts. They are still declared as dependencies, in exactly that version, so that an
 * audit finds them.
 */
export const inlined = [
  '@hono/node-server',
  'better-sqlite3',
  'commander',
  'csv-parse',
  'hono',
  'http-proxy-agent',
  'https-proxy-agent',
  'pg',
  'preact',
  'prom-client',
];
/** Values that replace these names in the sources. */
export const definitions = {
  PROGRAM_VERSION: JSON.stringify(version),
  SQLITE_PACKAGE_VERSION: JSON.stringify(versionOf('better-sqlite3')),
};
/** What npm installs beside the program. */
export const heavy = Object.keys(dependencies).filter((name) => !inlined.includes(name));
/**
 * The other half of the library that is inlined, in the same version; npm installs it next to the
 * bundle.
 */
const native = ['better-sqlite3/package.json'];
/** Commander can start other programs as commands, which loads half of Node's network code; ours has none. */
const isOfSubprograms = (id, importer = '') =>
  id === 'node:child_process' && /node_modules[\\/]commander[\\/]/.test(importer);
const withoutSubprograms = {
  name: 'without-subprograms',
  resolveId: {
    filter: { id: /^node:child_process$/ },
    handler: (id, importer) => (isOfSubprograms(id, importer) ? '\0no-subprograms' : null),
  },
  load: { filter: { id: /^\0no-subprograms$/ }, handler: () => 'export {};' },
};

const external = (id, importer) =>
  (id.startsWith('node:') && !isOfSubprograms(id, importer)) ||
  native.includes(id) ||
  heavy.some((name) => id === name || id.startsWith(`${name}/`));

function versionOf(name) {
  return JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version;
}

/** The library's search for the addon: it is handed over. */
const withoutSearch = {
  name: 'without-search',
  load: {
    filter: { id: /better-sqlite3[\\/]lib[\\/]binding\.js$/ },
    handler: () => 'exports.getBinding = (addon) => addon;',
  },
};

/**
 * What the proxy agents bring along: `debug` prints headers with passwords if DEBUG is set, and the other loads Kerberos,
 * which is never used.
 */
const withoutDebug = {
  name: 'without-debug',
  resolveId: {
    filter: { id: /^(debug|proxy-agent-negotiate)$/ },
    handler: (id) => `\0${id}`,
  },
  load: {
    filter: { id: /^\0(debug|proxy-agent-negotiate)$/ },
    handler: () => 'export default () => () => {}; export const createNegotiateAuth = undefined;',
  },
};

/** The library that speaks to a store loads Node's cryptography, which takes longer than itself, only if it proves a password. */
const withLateCrypto = {
  name: 'with-late-crypto',
  transform: {
    filter: { id: /[\\/]pg[\\/]lib[\\/](client|crypto[\\/]sasl)\.js$/ },
    handler: (code, id) => {
      const [line, file] = /^const crypto = require\(('\.\/[\w/]+')\)$/m.exec(code) ?? [];
      if (line === undefined) throw new Error(`${id} does not load ./crypto/utils as expected`);
      return { code: code.replace(line, '').replaceAll(/\bcrypto\./g, `require(${file}).`), map: null };
    },
  },
};

/** Files of commands, by their names. */
const commands = (...names) => names.map((name) => `src/commands/${name}.ts`);

/** Parts of dist/, each with all that its files import statically and no part before it has. */
const firstParts = {
  // What starts a wrapped command, nothing else is loaded before that; and what help needs besides its own.
  deploytrack: ['src/entry.ts', 'src/cli/define/readInput.ts'],
  // All that the shortest mark needs, which every command needs that opens the ledger, and what most of them need.
  session: [
    'src/cli/runCommand.ts',
    ...commands('phaseStart'),
    ...[
      'processes',
      'ledger/fit/views',
      'ledger/inService',
      'settings/readSecret',
      'push/gateway/gatewayAddress',
    ].map((name) => `src/${name}.ts`),
  ],
  // All that the other marks need besides: they push.
  marks: [
    'src/phases/recordPhase.ts',
    ...commands(
      'phaseStart',
      'phaseEnd',
      'phaseRun',
      'extract',
      'venvRebuild',
      'migrate',
      'cutover',
      'smoke',
    ),
  ],
  // What makes a ledger, and what applies any other mark.
  ledger: ['src/ledger/file/create.ts', 'src/ledger/marks/apply.ts', 'src/ledger/journal/importJournals.ts'],
  cli: [
    'src/cli/main.ts',
    'src/cli/define/families.ts',
    'src/cli/define/secrets.ts',
    'src/report/terminal/view.ts',
  ],
};
/** Parts that share what several of them need (`shared`). */
const otherParts = {
  deployment: commands('start', 'finish', 'run'),
  reading: commands('history', 'show', 'stats'),
  doctor: commands('doctor'),
  help: ['src/cli/fullProgram.ts'],
};
/** What these alone need is one part; all else becomes parts by who imports it. */
const lastParts = { server: commands('serve') };

/** A function from a file to the common commands that use it. */
function commandsOf() {
  const used = JSON.parse(readFileSync('scripts/parts/used.json', 'utf8'));
  const commands = new Map();
  for (const [name, files] of Object.entries(used))
    for (const file of files) commands.set(file, (commands.get(file) ?? new Set()).add(name));
  return (file) => commands.get(file) ?? new Set();
}

/**
 * The part of each file, by what rolldown sees it import and by which commands used it when they ran; `used` gives the commands of a
 * file, and without it each file is a part, so that it can be seen which are used.
 */
function grouping(used) {
  const partOf = new Map();
  const plugin = {
    name: 'parts',
    buildEnd() {
      const reached = (files) => {
        const seen = new Set();
        const left = files.map((file) => resolve(file));
        for (let id = left.pop(); id !== undefined; id = left.pop()) {
          const info = seen.has(id) || partOf.has(id) ? null : this.getModuleInfo(id);
          if (info === null || info.isExternal) continue;
          seen.add(id);
          left.push(...info.importedIds);
        }
        return seen;
      };
      for (const [part, files] of Object.entries(firstParts))
        for (const id of reached(files)) partOf.set(id, part);
      const others = Object.entries(otherParts).map(([part, files]) => [part, reached(files)]);
      for (const [part, ids] of others)
        for (const id of ids) partOf.set(id, partOf.has(id) ? 'shared' : part);
      const lists = Object.values(lastParts)
        .flat()
        .map((file) => resolve(file));
      const rest = readdirSync('src/commands').map((name) => resolve('src/commands', name));
      const elsewhere = reached(rest.filter((file) => !lists.includes(file)));
      for (const [part, files] of Object.entries(lastParts))
        for (const id of reached(files)) if (!elsewhere.has(id)) partOf.set(id, part);
    },
  };
  const name = (id) => {
    if (used === null) return ownPart(id);
    return usedPart({ id: relative(process.cwd(), id), part: partOf.get(id) ?? null, used });
  };
  const groups = [{ debugName: 'parts', name, includeDependenciesRecursively: false }];
  return { plugin, groups };
}

const common = {
  platform: 'node',
  external,
  transform: { define: definitions },
  tsconfig: false,
  checks: { ineffectiveDynamicImport: false, pluginTimings: false },
};
const output = { format: 'cjs', sourcemap: true };

/** What rolldown is told of the program, which is cut into parts: see `grouping`. */
export function program({ eachFile = false } = {}) {
  const { plugin, groups } = grouping(eachFile ? null : commandsOf());
  return {
    ...common,
    input: { deploytrack: 'src/entry.ts' },
    plugins: [withoutSearch, withoutDebug, withoutSubprograms, withLateCrypto, plugin, lazyParts],
    // The parts take from the first one what they share with it.
    preserveEntrySignatures: 'allow-extension',
    output: {
      ...output,
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name].cjs',
      codeSplitting: { groups },
    },
  };
}

/** One file with all that it needs: the library; and what runs where nothing of dist/ can be loaded. */
export function whole(file, input) {
  return {
    ...common,
    input,
    plugins: [withoutSearch, withoutDebug, withoutSubprograms],
    output: { ...output, entryFileNames: file, codeSplitting: false },
  };
}
export const wholes = [
  { folder: 'dist', file: 'library.cjs', input: 'src/library.ts' },
  { folder: 'bin', file: 'bare.js', input: 'src/bareEntry.ts' },
];

/** The options of the script that a browser loads. */
export const pageScript = {
  entryPoints: ['src/web/main.tsx'],
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  write: false,
  logLevel: 'warning',
};
