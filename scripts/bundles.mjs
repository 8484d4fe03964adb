// The six bundles of the program and the script of the web UI, as options of esbuild.
import { readFileSync } from 'node:fs';

const { version, dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
/**
 * Their code is in the bundles. They are still declared as dependencies, in exactly that version, so that an
 * audit finds them.
 */
export const inlined = [
  '@hono/node-server',
  'better-sqlite3',
  'commander',
  'csv-parse',
  'hono',
  'preact',
  'prom-client',
];
/** Values that replace these names in the sources. */
export const definitions = {
  PROGRAM_VERSION: JSON.stringify(version),
  SQLITE_PACKAGE_VERSION: JSON.stringify(versionOf('better-sqlite3')),
};
const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  minify: true,
  keepNames: false,
  legalComments: 'none',
  define: definitions,
  logLevel: 'warning',
};
const heavy = Object.keys(dependencies).filter((name) => !inlined.includes(name));
/**
 * The other half of the library that is inlined here, in the same version; npm installs it next to the
 * bundle.
 */
const native = ['better-sqlite3/package.json'];

function versionOf(name) {
  return JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version;
}

const entries = {
  deploytrack: 'src/entry.ts',
  marks: 'src/marksBundle.ts',
  cold: 'src/cold.ts',
  serve: 'src/serveBundle.ts',
  library: 'src/library.ts',
  bare: 'src/bareEntry.ts',
};
/** The oldest Node that is likely to run a bundle, because wrapped commands run on it too. */
const oldest = 'node18';
/** These need a ledger to do anything. */
const targets = { serve: 'node22.14' };
/** Next to the starter, because it runs if nothing of dist/ can be loaded. */
const folders = { bare: ['bin', '.js'] };

/** The parts of the SQLite library that no mark calls: half of its code. */
const withoutRareMethods = {
  name: 'without-rare-methods',
  setup(bundle) {
    bundle.onLoad(
      {
        filter:
          /better-sqlite3[\\/]lib[\\/]methods[\\/](aggregate|backup|explain|serialize|table|transaction)\.js$/,
      },
      () => ({
        contents: "module.exports = () => { throw new Error('not in this bundle'); };",
      }),
    );
  },
};

/** The library's search for the addon, which is passed to it instead. */
const withoutSearch = {
  name: 'without-search',
  setup(bundle) {
    bundle.onLoad({ filter: /better-sqlite3[\\/]lib[\\/]binding\.js$/ }, () => ({
      contents: 'exports.getBinding = (addon) => addon;',
    }));
  },
};

const external = ['./cold.cjs', './marks.cjs', './serve.cjs', ...heavy, ...native];

/** The options of each bundle that Node loads. */
export const bundles = Object.entries(entries).map(([name, entry]) => ({
  ...common,
  entryPoints: { [name]: entry },
  outdir: folders[name]?.[0] ?? 'dist',
  outExtension: { '.js': folders[name]?.[1] ?? '.cjs' },
  external,
  target: targets[name] ?? oldest,
  plugins: name === 'marks' ? [withoutSearch, withoutRareMethods] : [withoutSearch],
}));

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
