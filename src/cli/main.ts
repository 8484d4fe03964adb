import type { Context } from '../context.ts';
import { heard } from '../report/messages/warnings.ts';
import { runBare } from './bare.ts';
import type { Parsed } from './define/parsed.ts';
import { type Grammar, ownOptions } from './define/readInput.ts';
import { fastParse } from './fastParse.ts';
import { notLoaded } from './notLoaded.ts';
import { grammars } from './table/grammars.ts';

/**
 * argv -> exit code, for every command. Plainly valid commands run at once; help and invalid arguments are left to the
 * full parser. Throws usage errors, and NotLoaded.
 */
export async function runProgram(argv: readonly string[], context: Context): Promise<number> {
  const parsed = fastParse(argv, grammarOf);
  if (parsed !== null) return act(parsed, { argv, context });
  const { runFullParse } = await import('./fullProgram.ts').catch(notLoaded);
  return runFullParse(argv, { context, act: (found) => act(found, { argv, context }) });
}

/** Includes as options the settings that not every command accepts. */
export function grammarOf(name: string): Grammar | null {
  const command = commandNamed(name);
  if (command === null) return null;
  const own = ownOptions(command).map(([option, data]): [string, typeof data] => [camelCase(option), data]);
  return { ...command, options: Object.fromEntries(own) };
}

function commandNamed(name: string): Grammar | null {
  return Object.hasOwn(grammars, name) ? (grammars[name]?.() ?? null) : null;
}

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

async function act(
  parsed: Parsed,
  { argv, context }: { argv: readonly string[]; context: Context },
): Promise<number> {
  const policy = commandNamed(parsed.name)?.policy;
  if (context.env.DEPLOYTRACK_DISABLED === '1' && policy?.onDisabled === 'skip')
    return runBare(argv, { context, why: null });
  const { runCommand } = await import('./runCommand.ts').catch(notLoaded);
  const code = await runCommand(parsed, context);
  return policy?.onLostOutput === 'warn' ? code : heard(context, code);
}
