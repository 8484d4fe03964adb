import type { Context } from '../context.ts';
import { asciiOnly, wantsColour } from './view.ts';

/** A line that tells how far something is, for as long as it takes. */
export interface LiveLine {
  /** Takes the line away, if it was shown. */
  end(): void;
}

/**
 * The owner of ora. A line on standard error that `tell` writes anew several times a second; standard input is not
 * touched. Nothing where standard error is no terminal, or one that cannot move its cursor.
 */
export function liveLine(
  context: Pick<Context, 'stderr' | 'env' | 'platform'>,
  tell: () => string,
): LiveLine {
  if (!context.stderr.isTerminal || context.env.TERM === 'dumb') return { end: () => {} };
  let line: { stop(): unknown } | null = null;
  let isOver = false;
  // What is waited for goes on meanwhile, and needs no such line.
  begin(context, () => (isOver ? null : tell))
    .then((begun) => {
      line = begun;
    })
    .catch(() => {});
  return {
    end() {
      isOver = true;
      line?.stop();
    },
  };
}

async function begin(
  context: Pick<Context, 'env' | 'platform'>,
  wanted: () => (() => string) | null,
): Promise<{ stop(): unknown } | null> {
  const { default: ora } = await import('ora');
  const tell = wanted();
  if (tell === null) return null;
  return ora({
    discardStdin: false,
    isEnabled: true,
    color: wantsColour(context.env, true) ? 'cyan' : false,
    ...(asciiOnly(context) ? { spinner: 'line' as const } : {}),
    suffixText: tell,
  }).start();
}
