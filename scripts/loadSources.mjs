import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** The parts of the sources that a script needs, as the bundles contain them. */
export function loadSources(contents) {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: fileURLToPath(new URL('..', import.meta.url)), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  const module = { exports: {} };
  const require = createRequire(import.meta.url);
  // The driver of SQLite is looked up from the folder of the source.
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const run = new Function('exports', 'require', 'module', '__dirname', outputFiles[0].text);
  run(module.exports, require, module, folder);
  return module.exports;
}
