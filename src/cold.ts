/** Everything that the hot words need only sometimes, and every other word. */
import { collectProber } from './commands/collectProber.ts';
import { leaveProber } from './commands/leftProber.ts';
import { probedCutover } from './commands/probedCutover.ts';
import type { Context } from './context.ts';
import { applyMark } from './ledger/apply.ts';
import { openOrCreateLedger } from './ledger/create.ts';
import { takeInJournals } from './ledger/takeIn.ts';
import { runProgram } from './main.ts';
import type { Cold } from './session.ts';

const cold: Cold = {
  main: (argv: readonly string[], context: Context) => runProgram(argv, { context, cold: () => cold }),
  collectProber,
  leaveProber,
  probedCutover,
  applyMark,
  openOrCreateLedger,
  takeInJournals,
};

module.exports = cold;
