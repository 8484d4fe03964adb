// run-bundled.mjs <file.ts> [argument…]: runs `main(root, arguments)` of a TypeScript file; exits with 1 if
// it returns false.
import { mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const [file = '', ...args] = process.argv.slice(2);
const outfile = `${root}node_modules/.cache/deploytrack/${basename(dirname(file))}.mjs`;
mkdirSync(dirname(outfile), { recursive: true });
await build({
  entryPoints: [`${root}${file}`],
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  // Sources are for CommonJS: some require builtins late, or look for files of the package next to the built program.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  define: { __dirname: JSON.stringify(`${root}dist`), PROGRAM_VERSION: JSON.stringify(version) },
  outfile,
});
// The bundle is in another folder than the file that looks for the program next to itself.
process.env.PROGRAM_UNDER_TEST ??= `${root}bin/deploytrack.js`;
const { main } = await import(pathToFileURL(outfile).href);
try {
  process.exitCode = (await main(root, args)) === false ? 1 : 0;
} catch (error) {
  if (!String(error.code).startsWith('ERR_PARSE_ARGS')) throw error;
  console.error(`${error.message.split('. ')[0]}; the first lines of the script list the options`);
  process.exitCode = 2;
}
