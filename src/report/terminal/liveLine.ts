import { processStat, statField } from '../../child/procfs.ts';
import type { Context } from '../../context.ts';
import { asciiOnly, wantsColour } from './view.ts';
import { cutToWidth } from './width.ts';

/** A line that tells how far something is, for as long as it takes. */
export interface LiveLine {
  /** Takes the line away, if it was shown. */
  end(): void;
}

/** What a line needs of the world. */
type World = Pick<Context, 'stderr' | 'env' | 'platform' | 'pid' | 'onSignal' | 'kill'>;

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const emptyLine = '\u001b[1G\u001b[0K';

/**
 * The owner of ora. A line on standard error that `tell` writes anew several times a second; standard input is not
 * touched. Nothing where standard error is no terminal, one that cannot move its cursor, or one that does not know its
 * width. It waits for nobody: what a stopped terminal does not take is left out.
 */
export function liveLine(context: World, tell: () => string): LiveLine {
  if (!isPossible(context)) return { end: () => {} };
  let line: LiveLine | null = null;
  let isOver = false;
  // What is waited for goes on meanwhile, and needs no such line.
  import('ora')
    .then(({ default: ora }) => {
      const colour = wantsColour(context.env, true) ? 'cyan' : false;
      const spinner = asciiOnly(context) ? { spinner: 'line' as const } : {};
      const { frame, interval } = framesOf(ora({ isEnabled: true, color: colour, ...spinner }));
      if (!isOver) line = begin(context, { tell, frame, interval });
    })
    .catch(() => {});
  return {
    end() {
      isOver = true;
      line?.end();
    },
  };
}

function isPossible({ stderr, env }: World): boolean {
  return stderr.isTerminal && stderr.columns !== undefined && env.TERM !== 'dumb';
}

/** Its pictures alone: it would write to the terminal, and wait for it. */
function framesOf(spinner: { frame(): string; readonly interval: number }) {
  return { frame: () => spinner.frame().trimEnd(), interval: spinner.interval };
}

function begin(
  context: World,
  { tell, frame, interval }: { tell: () => string; frame: () => string; interval: number },
): LiveLine {
  const { stderr, kill, pid } = context;
  let isHidden = false;
  const draw = () => {
    // Its width may have gone meanwhile; and whoever writes from the background may be stopped for it.
    const { columns } = stderr;
    if (columns === undefined || !isInForeground()) return;
    const text = cutToWidth(tell(), { width: Math.max(1, columns - 3), ellipsis: '' });
    stderr.writeAtOnce(`${isHidden ? '' : hideCursor}${emptyLine}${frame()} ${text}`);
    isHidden = true;
  };
  const timer = setInterval(draw, interval);
  const end = () => {
    clearInterval(timer);
    for (const forget of forgets) forget();
    if (isHidden) stderr.writeAtOnce(`${emptyLine}${showCursor}`);
    isHidden = false;
  };
  // A signal ends us as it would without the line, but for the cursor.
  const forgets = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) =>
    context.onSignal(signal, () => {
      end();
      kill(pid, signal);
    }),
  );
  draw();
  return { end };
}

/** Of the terminal that controls us; where there is none, nobody stops us. */
function isInForeground(): boolean {
  const stat = processStat('self');
  const foreground = stat?.[statField.terminalForegroundGroup] ?? -1;
  return foreground === -1 || foreground === stat?.[statField.processGroup];
}
