import type { Context } from '../../context.ts';
import { visible } from '../../text/visible.ts';

/**
 * Asks in the terminal. Null if there is none to ask in; a signal that we hold back (`interrupted`) is a no.
 */
export async function confirmed(
  context: Context,
  { question, interrupted }: { question: string; interrupted: Promise<unknown> | null },
): Promise<boolean | null> {
  if (!context.stdinIsTerminal || !context.stderr.isTerminal) return null;
  context.stderr.write(`deploytrack: ${visible(question)} [y/N] `);
  return /^\s*y(es)?\s*$/i.test(await answer(interrupted));
}

/** One line; nothing after it is taken from the commands that follow. A plain read could not be ended by a signal. */
async function answer(interrupted: Promise<unknown> | null): Promise<string> {
  const { ReadStream } = await import('node:tty');
  const terminal = new ReadStream(0);
  const line = new Promise<string>((resolve) => {
    terminal.setEncoding('utf8').once('data', resolve);
    terminal.once('end', () => resolve('')).once('error', () => resolve(''));
    interrupted?.then(() => resolve(''));
  });
  return line.finally(() => terminal.destroy());
}
