import type { RunningChild } from '../child/run.ts';
import type { Context } from '../context.ts';
import { asProblem } from '../errors.ts';
import { asLedgerError, isOfSqlite } from '../ledger/file/open.ts';
import type { WrapPlan } from '../phases/wrapPlan.ts';
import { openSession } from '../session/openSession.ts';
import type { Session } from '../session.ts';
import type { Command } from './define/command.ts';
import type { Parsed } from './define/parsed.ts';
import { readInput } from './define/readInput.ts';
import { commandLoaders } from './load/commands.ts';
import { isOfInstallation, NotLoaded, notLoaded } from './notLoaded.ts';
import { loadWhole } from './whole.ts';

/**
 * Opens a session for a command, checks its input, and runs it; returns the exit code. Throws usage errors, and
 * NotLoaded.
 */
export async function runCommand(parsed: Parsed, context: Context): Promise<number> {
  const { command } = await fileOf(parsed.name).catch(notLoaded);
  const wraps = command.policy.wraps !== false;
  if (wraps) loadWhole();
  const session = openSession(context, { command, options: parsed.options });
  try {
    const setting = (name: string) => session.settings.ofOption(name)?.text ?? null;
    return await command.run(session, readInput(command, parsed, setting));
  } catch (error) {
    // What wraps had all its parts, so this one came later: it must not be taken for a command that was not started.
    if (isOfInstallation(error)) throw wraps ? asProblem(error) : new NotLoaded(error);
    // Rows are read long after the file was opened, so damage can show late.
    throw isOfSqlite(error) ? asLedgerError(error, session.store.options.ledgerPath) : error;
  }
}

async function fileOf(name: string): Promise<{ readonly command: Command<Session> }> {
  const load = commandLoaders[name];
  if (load === undefined) throw new Error(`no file has the command ${name}`);
  return load();
}

/** A command that is already running, and the callback for when its record is durable. */
interface Started {
  readonly plan: WrapPlan;
  readonly child: RunningChild;
  readonly recorded: (code: number) => void;
}

/** Records a wrapped command that was started without checks: its module is not needed any more. */
export async function recordWrapped(
  { command, options }: Pick<Parsed, 'options'> & { command: Session['command'] },
  { context, ...wrapped }: { context: Context } & Started,
): Promise<number> {
  const { recordPhase } = await import('../phases/recordPhase.ts');
  const session = openSession(context, { command, options });
  return recordPhase(session, { ...wrapped, counter: null, prober: null });
}
