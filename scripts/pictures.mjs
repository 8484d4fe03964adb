// pictures.mjs [--out <dir>] [--prometheus <url> [--range <seconds>]] [--set <variable>=<value>] [--html]:
// draws the dashboards as PNGs, from a Prometheus that is already running or from deployments that it plays
// itself.
import { mkdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const outfile = `${root}node_modules/.cache/deploytrack/pictures.mjs`;
mkdirSync(fileURLToPath(new URL('.', pathToFileURL(outfile))), { recursive: true });
await build({
  entryPoints: [`${root}scripts/pictures/main.ts`],
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  outfile,
});
// The bundle is in another folder than the file that looks for the program next to itself.
process.env.PROGRAM_UNDER_TEST ??= `${root}bin/deploytrack.js`;
const { pictures } = await import(pathToFileURL(outfile).href);
await pictures(root);
