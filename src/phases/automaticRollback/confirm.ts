import { read } from 'node:fs';
import type { Context } from '../../context.ts';
import { visible } from '../../text/visible.ts';

/** Asks in the terminal. Null if there is none to ask in. */
export async function confirmed(context: Context, question: string): Promise<boolean | null> {
  if (!context.stdinIsTerminal || !context.stderr.isTerminal) return null;
  context.stderr.write(`deploytrack: ${visible(question)} [y/N] `);
  return /^\s*y(es)?\s*$/i.test(await answer());
}

/** A terminal gives one line to one read; nothing after it is taken from the commands that follow. */
function answer(): Promise<string> {
  const bytes = Buffer.alloc(1024);
  return new Promise((resolve) => {
    read(0, bytes, 0, bytes.length, null, (error, length) => {
      resolve(error === null ? bytes.toString('utf8', 0, length) : '');
    });
  });
}
