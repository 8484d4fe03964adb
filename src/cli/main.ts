import { CommanderError } from 'commander';
import type { Context } from '../context.ts';
import type { Versioned } from '../installation.ts';
import { programVersion } from '../programVersion.ts';
import { lostOutput } from '../report/messages/lostOutput.ts';
import { printError } from '../report/messages/printError.ts';
import { problemLines } from '../report/messages/warnings.ts';
import { screenWidth } from '../report/terminal/screenWidth.ts';
import type { Cold } from '../session.ts';
import { visibleLines } from '../text/visible.ts';
import { runBare } from './bare.ts';
import type { CommandData } from './define/command.ts';
import type { Parsed } from './define/parsed.ts';
import { buildProgram } from './fullParse.ts';
import { helpAbout } from './help/helpAbout.ts';
import { commandLoaders } from './load/commands.ts';
import { type Loaders, runCommand } from './runCommand.ts';
import { splitWrapped } from './splitWrapped.ts';
import { commandTable } from './table/commands.ts';

/** The bundle of the commands that need the server. */
export interface ServedBundle extends Versioned {
  readonly loaders: Loaders;
}

/** The context, and the bundles that are loaded when a command needs them. */
export interface Bundles {
  readonly context: Context;
  readonly cold: () => Cold;
  readonly server: () => ServedBundle;
}

/** argv -> exit code, for every command. */
export async function runProgram(argv: readonly string[], bundles: Bundles): Promise<number> {
  const { context } = bundles;
  const [first = ''] = argv;
  if (argv.length === 1 && (first === '--version' || first === '-V'))
    return print(context, `${programVersion}\n`);
  const { own, wrapped } = splitWrapped(argv);
  const help = own[0] === 'help' ? helpAbout(own.slice(1), screenWidth(context, 'stdout')) : null;
  if (help !== null) return print(context, help);
  let code = 0;
  let isRecord = false;
  const program = buildProgram({
    wrapped,
    act: async (parsed) => {
      const command = commandTable.find(({ name }) => name === parsed.name) as CommandData;
      isRecord = command.policy.onLostOutput === 'warn';
      code = await act(command, { parsed, argv, ...bundles });
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
    return own.length === 0 ? 2 : isRecord ? code : heard(context, code);
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? heard(context, own.length === 0 ? 2 : 0) : 2;
    return printError(error, context);
  }
}

function print(context: Context, text: string): number {
  context.stdout.write(text);
  return heard(context, 0);
}

/** The exit code of a command that prints: 1 if it succeeded but its output was lost. */
function heard(context: Context, code: number): number {
  const lost = lostOutput(context);
  if (lost === null) return code;
  context.stderr.write(problemLines({ message: lost }, 'error'));
  return code === 0 ? 1 : code;
}

async function act(
  { name, policy }: CommandData,
  { argv, parsed, context, cold, server }: Bundles & { argv: readonly string[]; parsed: Parsed },
): Promise<number> {
  if (context.env.DEPLOYTRACK_DISABLED === '1' && policy.onDisabled === 'skip')
    return runBare(argv, { context, why: null });
  const load = commandLoaders[name] ?? server().loaders[name];
  if (load === undefined) throw new Error(`no file for the command ${name}`);
  return runCommand(await load(), { parsed, context, cold });
}
