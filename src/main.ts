import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { runBare } from './bare.ts';
import { compare } from './commands/compare.ts';
import { completion } from './commands/completion.ts';
import { cost } from './commands/cost.ts';
import { dashboards } from './commands/dashboards.ts';
import { doctor } from './commands/doctor.ts';
import { errorRate } from './commands/errorRate.ts';
import { exportDeployments } from './commands/export.ts';
import { finish } from './commands/finish.ts';
import { health } from './commands/health.ts';
import { history } from './commands/history.ts';
import { importFiles } from './commands/import.ts';
import { init } from './commands/init.ts';
import { openSession } from './commands/openSession.ts';
import { runMark } from './commands/phase/runMark.ts';
import { phaseRecord } from './commands/phaseRecord.ts';
import { beLeftProber } from './commands/probing/leftProber.ts';
import { push } from './commands/push.ts';
import { rollback } from './commands/rollback.ts';
import { rules } from './commands/rules.ts';
import { run } from './commands/run.ts';
import { show } from './commands/show.ts';
import { start } from './commands/start.ts';
import { stats } from './commands/stats.ts';
import type { Context } from './context.ts';
import type { Versioned } from './installation.ts';
import { asLedgerError, isOfSqlite } from './ledger/file/open.ts';
import { buildProgram } from './program.ts';
import { programVersion } from './programVersion.ts';
import { lostOutput } from './report/lostOutput.ts';
import { sayError } from './report/sayError.ts';
import { screenWidth } from './report/screenWidth.ts';
import { inWords } from './report/warnings.ts';
import type { Cold, Session } from './session.ts';
import { visibleLines } from './visible.ts';
import { hotWords } from './words/hotWords.ts';
import type { Invocation } from './words/invocation.ts';
import { splitWrapped } from './words/splitWrapped.ts';
import { tellingWords } from './words/tellingWords.ts';

export type Act = (session: Session, invocation: Invocation) => Promise<number>;

/** The words that mark or wrap: a wrong setting of the environment is a warning for them. */
const marking: Readonly<Record<string, Act>> = {
  start,
  'phase record': phaseRecord,
  health,
  'error-rate': errorRate,
  cost,
  rollback,
  finish,
  run,
};
/** The others: a wrong setting is a usage error. */
const asking: Readonly<Record<string, Act>> = {
  stats,
  history,
  show,
  compare,
  push,
  export: exportDeployments,
  import: importFiles,
  init,
  rules,
  dashboards,
  completion,
};
/** The words of the server's bundle, each a usage error where a setting is wrong. */
export type Served = Readonly<Record<'serve' | 'report', Act>>;
export type ServedBundle = Served & Versioned;
const served: ReadonlySet<string> = new Set<keyof Served>(['serve', 'report']);
const migrating = new Set(['start', 'run', 'init', 'push', 'import', 'serve']);
/** The world, and the bundles that are loaded when a word needs them. */
export interface Bundles {
  readonly context: Context;
  readonly cold: () => Cold;
  readonly server: () => Served;
}

/** argv -> exit code, for every word. */
export async function runProgram(
  argv: readonly string[],
  { context, cold, server }: Bundles,
): Promise<number> {
  if (argv.length === 1 && argv[0] === '--version') {
    context.stdout.write(`${programVersion}\n`);
    return heard(context, 0);
  }
  const { own, command } = splitWrapped(argv);
  let code = 0;
  let isMark = false;
  const program = buildProgram({
    command,
    act: async (invocation) => {
      isMark = invocation.word in marking || invocation.word in hotWords;
      code = await act(invocation, { argv, context, cold, server });
    },
    say: {
      out: (text) => context.stdout.write(text),
      error: (text) => context.stderr.write(visibleLines(text)),
      outWidth: screenWidth(context, 'stdout'),
      errorWidth: screenWidth(context, 'stderr'),
    },
  });
  try {
    await program.parseAsync(own.length === 0 ? ['--help'] : own, { from: 'user' });
    return own.length === 0 ? 2 : isMark ? code : heard(context, code);
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? heard(context, own.length === 0 ? 2 : 0) : 2;
    return sayError(error, context);
  }
}

/** The exit code of a command that is for what it prints: 1 where it did well and its words are lost. */
function heard(context: Context, code: number): number {
  const lost = lostOutput(context);
  if (lost === null) return code;
  context.stderr.write(`deploytrack: ${inWords({ message: lost })}\n`);
  return code === 0 ? 1 : code;
}

async function act(
  invocation: Invocation,
  { argv, context, cold, server }: Bundles & { argv: readonly string[] },
): Promise<number> {
  const { word } = invocation;
  if (word === 'left-prober') return beLeftProber(context, readFileSync(0, 'utf8'));
  if (context.env.DEPLOYTRACK_DISABLED === '1' && !tellingWords.has(word))
    return runBare(argv, { context, why: null });
  if (word in hotWords) return runMark(invocation, { context, cold });
  const migrate = migrating.has(word);
  const marks = word === 'doctor' ? doctor : marking[word];
  const strictly = marks === undefined;
  const tells = strictly || word === 'doctor';
  const session = openSession(context, { invocation, cold, strictly, migrate, tells });
  const answer = marks ?? (served.has(word) ? server()[word as keyof Served] : (asking[word] as Act));
  try {
    return await answer(session, invocation);
  } catch (error) {
    // Rows are read long after the file was opened: damage shows where it is met.
    throw isOfSqlite(error) ? asLedgerError(error, session.store.options.ledgerPath) : error;
  }
}
