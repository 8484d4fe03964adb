/** Everything that the fast commands need only sometimes, and every other command. */
import { join } from 'node:path';
import { runProgram, type ServedBundle } from './cli/main.ts';
import type { Context } from './context.ts';
import { bundleLoader } from './installation.ts';
import { openOrCreateLedger } from './ledger/file/create.ts';
import { openJournals } from './ledger/journal/importJournals.ts';
import { prepareMark } from './ledger/marks/apply.ts';
import { collectProber } from './probe/cutover/collectProber.ts';
import { probedCutover } from './probe/cutover/probedCutover.ts';
import { spawnBackgroundProber } from './probe/cutover/spawnBackgroundProber.ts';
import { programVersion } from './programVersion.ts';
import type { Cold } from './session.ts';

const server = bundleLoader<ServedBundle>(join(__dirname, 'serve.cjs'));

const cold: Cold = {
  version: programVersion,
  main: (argv: readonly string[], context: Context) =>
    runProgram(argv, { context, cold: () => cold, server }),
  collectProber,
  spawnBackgroundProber: spawnBackgroundProber,
  probedCutover,
  prepareMark,
  openOrCreateLedger,
  openJournals,
};

module.exports = cold;
