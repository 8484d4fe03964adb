import type { RunningChild } from '../child/run.ts';
import type { Context } from '../context.ts';
import type { WrapPlan } from '../phases/wrapPlan.ts';
import { openSession } from '../session/openSession.ts';
import type { Cold, Session } from '../session.ts';
import type { Parsed } from './define/parsed.ts';
import { markLoaders } from './load/marks.ts';
import { type CommandFile, runCommand } from './runCommand.ts';

/** A command of the fast parser. Throws usage errors. */
export async function runMark(
  parsed: Parsed,
  { context, cold }: { context: Context; cold: () => Cold },
): Promise<number> {
  return runCommand(await fileOf(parsed), { parsed, context, cold });
}

/** A command that is already running, and the callback for when its record is durable. */
interface Started {
  readonly plan: WrapPlan;
  readonly child: RunningChild;
  readonly recorded: (code: number) => void;
}

/** Records a wrapped command that was started without checks. */
export async function recordWrapped(
  { command, options }: Pick<Parsed, 'options'> & { command: Session['command'] },
  { context, cold, ...wrapped }: { context: Context; cold: () => Cold } & Started,
): Promise<number> {
  // The command runs already; its module is not needed any more.
  const { recordPhase } = await import('../phases/recordPhase.ts');
  const session = openSession(context, { command, options, cold });
  return recordPhase(session, { ...wrapped, counter: null, prober: null });
}

function fileOf({ name }: Parsed): Promise<CommandFile> {
  const load = markLoaders[name];
  if (load === undefined) throw new Error(`${name} is not a command of the fast parser`);
  return load();
}
