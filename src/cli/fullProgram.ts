import { CommanderError } from 'commander';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { heard } from '../report/messages/warnings.ts';
import { screenWidth } from '../report/terminal/view.ts';
import { visibleLines } from '../text/visible.ts';
import type { Parsed } from './define/parsed.ts';
import { buildProgram } from './fullParse.ts';
import { helpAbout } from './help/helpAbout.ts';
import { splitWrapped } from './splitWrapped.ts';

/** argv -> exit code by the full parser: help, usage errors, and arguments in an unusual order. */
export async function runFullParse(
  argv: readonly string[],
  { context, act }: { context: Context; act: (parsed: Parsed) => Promise<number> },
): Promise<number> {
  const { own, wrapped } = splitWrapped(argv);
  if (own[0] === 'help')
    return printHelp(
      own.slice(1).filter((part) => !part.startsWith('-')),
      context,
    );
  // The full parser prints the same, but learns all options of all commands first.
  const topic = wrapped.length === 0 ? helpTopic(own) : null;
  if (topic !== null) return printHelp(topic, context);
  let code: number | null = null;
  const program = buildProgram({
    wrapped,
    act: async (parsed) => {
      code = await act(parsed);
    },
    say: {
      out: (text) => context.stdout.write(text),
      error: (text) => context.stderr.write(visibleLines(text)),
      outWidth: screenWidth(context, 'stdout'),
      unnamed: commandAfterDashes(argv),
      errorWidth: screenWidth(context, 'stderr'),
    },
  });
  try {
    await program.parseAsync(own.length === 0 ? ['--help'] : own, { from: 'user' });
    return code ?? 0;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? heard(context, own.length === 0 ? 2 : 0) : 2;
  }
}

/** The words before `--help`, if there is help about them; null if something else is asked. */
function helpTopic(own: readonly string[]): readonly string[] | null {
  const topic = own.slice(0, -1);
  const asksHelp = ['--help', '-h'].includes(own.at(-1) ?? '');
  if (!asksHelp || topic.includes('settings')) return null;
  return topic.some((word) => word.startsWith('-')) || helpAbout(topic, undefined) === null ? null : topic;
}

function printHelp(topic: readonly string[], context: Context): number {
  const help = helpAbout(topic, screenWidth(context, 'stdout'));
  if (help === null)
    throw usageError(
      `unknown command ${JSON.stringify(topic.join(' '))}`,
      'run `deploytrack help` to list all commands',
    );
  context.stdout.write(help);
  return heard(context, 0);
}

/** The program after `--`, without its arguments: they may be secrets. */
function commandAfterDashes(argv: readonly string[]): string | undefined {
  const at = argv.indexOf('--');
  const [program, ...args] = at === -1 ? [] : argv.slice(at + 1);
  return program === undefined ? undefined : args.length === 0 ? program : `${program} …`;
}
