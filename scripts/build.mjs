// Six bundles: what starts a wrapped command, what marks need, the server, everything else, the library, and what runs a
// command where none of them can be loaded; each is loaded when it is needed.
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version, dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const inlined = ['better-sqlite3', 'commander'];
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  minify: true,
  keepNames: false,
  legalComments: 'none',
  define: { PROGRAM_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
};
const heavy = Object.keys(dependencies).filter((name) => !inlined.includes(name));
const native = ['better-sqlite3/build/*', 'bindings'];

const bundles = {
  deploytrack: 'src/entry.ts',
  marks: 'src/marksBundle.ts',
  cold: 'src/cold.ts',
  serve: 'src/serveBundle.ts',
  library: 'src/library.ts',
  bare: 'src/bareEntry.ts',
};
/** Beside the starter: it runs where nothing of dist/ can be loaded. */
const folders = { bare: ['bin', '.js'] };

/** What no mark calls of the SQLite library: half of its code. */
const withoutRareMethods = {
  name: 'without-rare-methods',
  setup(bundle) {
    bundle.onLoad(
      {
        filter: /better-sqlite3[\\/]lib[\\/]methods[\\/](aggregate|backup|serialize|table|transaction)\.js$/,
      },
      () => ({
        contents: "module.exports = () => { throw new Error('not in this bundle'); };",
      }),
    );
  },
};

// V8 knows a cache's source by its length alone: the old cache goes before its bundle does.
rmSync('dist/marks.cjs.cache', { force: true });
for (const [name, entry] of Object.entries(bundles)) {
  const external = ['./cold.cjs', './marks.cjs', './serve.cjs', ...heavy, ...native];
  await build({
    ...common,
    entryPoints: { [name]: entry },
    outdir: folders[name]?.[0] ?? 'dist',
    outExtension: { '.js': folders[name]?.[1] ?? '.cjs' },
    external,
    plugins: name === 'marks' ? [withoutRareMethods] : [],
  });
}

await import('./pageFile.mjs');
await import('./codeCache.mjs');
await import('./libraryTypes.mjs');
