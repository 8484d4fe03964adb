// Creates the code cache of the bundle for marks: runs the marks once, against a gateway of its own, and
// stores the compiled code.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Script } from 'node:vm';
import { buildSync } from 'esbuild';

const file = resolve('dist/marks.cjs');
const folder = mkdtempSync(join(tmpdir(), 'deploytrack-build-'));
const { wrapper, cacheFile, processContext } = load(
  'export { wrapper, cacheFile } from "./src/bundle.ts"; export { processContext } from "./src/context.ts";',
);
const script = new Script(wrapper.join(readFileSync(file, 'latin1')), { filename: file });
const marks = { exports: {} };
script.runInThisContext()(marks.exports, createRequire(file), marks);

const server = createServer((request, response) => request.resume().on('end', () => response.end()));
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
try {
  await runMarks(`http://127.0.0.1:${server.address().port}`);
  writeFileSync(`${file}.cache`, cacheFile(readFileSync(file), script.createCachedData()));
} finally {
  server.close();
  rmSync(folder, { recursive: true, force: true });
}

/** A start with the other bundle, then the marks whose start-up time matters. */
async function runMarks(gateway) {
  const cold = createRequire(file)(resolve('dist/cold.cjs'));
  const settings = { ledger: join(folder, 'deployments.db'), gateway, id: 'build', 'gateway-timeout': '5s' };
  const real = processContext();
  const context = {
    ...real,
    env: { PATH: real.env.PATH },
    cwd: folder,
    stdout: { ...real.stdout, write() {} },
    stderr: { ...real.stderr, write() {} },
  };
  const words = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  await cold.main(['start', '--deployment', 'build', '--version', '1.0.0', ...words], context);
  for (const word of ['phase start', 'phase end']) {
    await marks.exports.runMark(
      { name: word, options: settings, operands: ['build'], wrapped: [] },
      { context, cold: () => cold },
    );
  }
}

/** The parts of the sources that this script needs, as the bundles have them. */
function load(contents) {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: resolve('.'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  const module = { exports: {} };
  new Function('exports', 'require', 'module', outputFiles[0].text)(
    module.exports,
    createRequire(file),
    module,
  );
  return module.exports;
}
