import { CommanderError } from 'commander';
import type { Context } from '../context.ts';
import { heard } from '../report/messages/warnings.ts';
import { screenWidth } from '../report/terminal/screenWidth.ts';
import { visibleLines } from '../text/visible.ts';
import type { Parsed } from './define/parsed.ts';
import { buildProgram } from './fullParse.ts';
import { helpAbout } from './help/helpAbout.ts';
import { splitWrapped } from './splitWrapped.ts';

/** argv -> exit code by the full parser: help, usage errors, and words in an order that nobody expects. */
export async function runFullParse(
  argv: readonly string[],
  { context, act }: { context: Context; act: (parsed: Parsed) => Promise<number> },
): Promise<number> {
  const { own, wrapped } = splitWrapped(argv);
  const help = own[0] === 'help' ? helpAbout(own.slice(1), screenWidth(context, 'stdout')) : null;
  if (help !== null) {
    context.stdout.write(help);
    return heard(context, 0);
  }
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
