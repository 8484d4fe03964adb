/** Everything that the hot words need only sometimes, and every other word. */
import { collectProber } from './commands/probing/collectProber.ts';
import { leaveProber } from './commands/probing/leftProber.ts';
import { probedCutover } from './commands/probing/probedCutover.ts';
import type { Context } from './context.ts';
import { openOrCreateLedger } from './ledger/file/create.ts';
import { openJournals } from './ledger/journal/takeIn.ts';
import { prepareMark } from './ledger/marks/apply.ts';
import { runProgram, type Served } from './main.ts';
import type { Cold } from './session.ts';

const cold: Cold = {
  main: (argv: readonly string[], context: Context) =>
    runProgram(argv, { context, cold: () => cold, server: () => require('./serve.cjs') as Served }),
  collectProber,
  leaveProber,
  probedCutover,
  prepareMark,
  openOrCreateLedger,
  openJournals,
};

module.exports = cold;
