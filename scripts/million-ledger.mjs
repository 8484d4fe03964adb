// million-ledger.mjs <file> [<deployments>]: see scripts/million-ledger.
import { loadSources } from './loadSources.mjs';

const { main } = loadSources("export { main } from './scripts/million/main.ts';");
process.exitCode = (await main(process.argv.slice(2))) ? 0 : 2;
