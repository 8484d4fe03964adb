// bench-store.mjs [--deployments <n>] [--hosts <n>] [--days <n>] [--pairs <n>] [--only <parts of names, with commas>]: how long the commands that read
// a central store take, as multiples of the same SQL by psql plus an empty program of the same Node, in turns. Starts a PostgreSQL in the
// temporary folder, and fills it with 1,000,000 deployments of 1,000 hosts in 1,000 days, of ten stages each, which needs 15 GB.
import { fileURLToPath } from 'node:url';
import { loadSources } from './loadSources.mjs';

const { main } = loadSources("export { main } from './scripts/store/main.ts';");
await main(process.argv.slice(2), fileURLToPath(new URL('../bin/deploytrack.js', import.meta.url)));
