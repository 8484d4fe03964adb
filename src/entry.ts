import { besideChild } from './child/beside.ts';
import { startChild } from './child/run.ts';
import { runBare } from './cli/bare.ts';
import { onlyTells } from './cli/bareSplit.ts';
import type { Parsed } from './cli/define/parsed.ts';
import { type Grammar, optionName, readInput } from './cli/define/readInput.ts';
import { fastParse } from './cli/fastParse.ts';
import { isOfInstallation, NotLoaded, notLoaded } from './cli/notLoaded.ts';
import { fastCommands } from './cli/table/marks.ts';
import { loadWhole } from './cli/whole.ts';
import { type Context, processContext } from './context.ts';
import { readWrapPlan, type WrapInput } from './phases/wrapPlan.ts';
import { programVersion } from './programVersion.ts';
import { printError, printUnrecorded } from './report/messages/printError.ts';
import { fittedContext, guardedContext, heard } from './report/messages/warnings.ts';
import { hasSettingsFile } from './settings/file.ts';

/**
 * The process: reads its arguments, ends with the exit code. `withoutParts` does what can be done without the parts of
 * deploytrack, and ends the process.
 */
export function run(withoutParts: (why: unknown) => void): void {
  const context = guardedContext(fittedContext(processContext()));
  void main(process.argv.slice(2), context)
    .catch((error: unknown) => {
      if (!(error instanceof NotLoaded || isOfInstallation(error))) return printError(error, context);
      withoutParts(error instanceof NotLoaded ? error.why : error);
      return null;
    })
    .then((code) => {
      if (code !== null) process.exit(code);
    });
}

/** The result of `fastParse`. */
type Found = Parsed & { readonly command: Grammar };

/**
 * argv -> exit code. A wrapped command starts here, before anything else is loaded. If a part of deploytrack cannot be
 * loaded, the wrapped command runs anyway, once. Throws NotLoaded if this is not even possible: nothing was started.
 */
export async function main(argv: readonly string[], context: Context): Promise<number> {
  // The emergency exit: it needs only what is already loaded, and rejects nothing.
  const isDisabled = context.env.DEPLOYTRACK_DISABLED === '1';
  if (isDisabled && !onlyTells(argv)) {
    loadWhole();
    return runBare(argv, { context, why: null });
  }
  const [first = ''] = argv;
  if (argv.length === 1 && (first === '--version' || first === '-V')) {
    context.stdout.write(`${programVersion}\n`);
    return heard(context, 0);
  }
  const parsed = isDisabled ? null : fastParse(argv, fastCommand);
  const wraps = parsed?.command.policy.wraps === true;
  if (wraps) loadWhole();
  try {
    if (parsed !== null && wraps && mayStartAtOnce(parsed, context)) return await wrapAtOnce(parsed, context);
    if (parsed !== null) {
      const { runCommand } = await import('./cli/runCommand.ts').catch(notLoaded);
      return await runCommand(parsed, context);
    }
    const { runProgram } = await import('./cli/main.ts').catch(notLoaded);
    return await runProgram(argv, context);
  } catch (error) {
    const why = error instanceof NotLoaded ? error.why : error;
    // A part that was missed while a wrapped command ran: that does not run again.
    if (why === error && (wraps || !isOfInstallation(error))) return printError(error, context);
    return runBare(argv, { context, why }); // a reading command fails even if disabled: no output is not an answer
  }
}

function fastCommand(name: string): Grammar | null {
  return Object.hasOwn(fastCommands, name) ? (fastCommands[name]?.() ?? null) : null;
}

/** Options that need something to be read or prepared before the command runs are checked first. */
function mayStartAtOnce({ options, command }: Found, context: Context): boolean {
  const own = Object.entries(command.options);
  const harmless = own.filter(([, data]) => data.startsAtOnce === true);
  const names = ['id', ...harmless.map(([key]) => optionName(key))];
  return (
    Object.keys(options).every((name) => names.includes(name)) &&
    !own.some(([, { variable = '' }]) => (context.env[variable] ?? '') !== '') &&
    context.env.DEPLOYTRACK_STRICT === undefined &&
    !hasSettingsFile(context)
  );
}

async function wrapAtOnce(parsed: Found, context: Context): Promise<number> {
  // Only commands with a plan start at once.
  const input = readInput(parsed.command, parsed) as unknown as WrapInput;
  const plan = readWrapPlan(parsed.command, input);
  const [command = '', ...args] = plan.command;
  const child = startChild(context, {
    command,
    args,
    env: context.env,
    ...(plan.timeoutMs === null ? {} : { timeoutMs: plan.timeoutMs }),
  });
  return besideChild(context, {
    child,
    typed: plan.typed,
    work: async (recorded) => {
      const { recordWrapped } = await import('./cli/runCommand.ts');
      return recordWrapped(parsed, { context, plan, child, recorded });
    },
    failed: (error) => {
      printUnrecorded(error, context);
      return 0;
    },
  });
}
