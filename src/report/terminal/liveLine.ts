import { processStat, statField } from '../../child/procfs.ts';
import type { Context } from '../../context.ts';
import { wantsColor } from '../../output.ts';
import { asciiOnly } from './view.ts';
import { cutToWidth } from './width.ts';

/** A progress line. */
export interface LiveLine {
  /** Removes the line, if it was shown. */
  end(): void;
}

/** The part of the context that a line needs. */
type World = Pick<Context, 'stderr' | 'env' | 'platform' | 'pid' | 'onSignal' | 'kill'>;

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const emptyLine = '\u001b[1G\u001b[0K';

/**
 * The owner of ora. Shows the text of `tell` on stderr and updates it several times a second; stdin is not used. It shows
 * nothing if stderr is not a terminal, cannot move its cursor, or has no known width. It never waits: an update that a
 * stopped terminal does not accept is dropped.
 */
export function liveLine(context: World, tell: () => string): LiveLine {
  if (!isPossible(context)) return { end: () => {} };
  let line: LiveLine | null = null;
  let isOver = false;
  // Loaded in the background: the command continues, and works without the line.
  import('ora')
    .then(({ default: ora }) => {
      const color = wantsColor(context.env, true) ? 'cyan' : false;
      const spinner = asciiOnly(context) ? { spinner: 'line' as const } : {};
      const { frame, interval } = framesOf(ora({ isEnabled: true, color: color, ...spinner }));
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

/** Uses only its frames: ora itself would write to the terminal and wait for it. */
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
    // The width may have become unknown, and a background process that writes may be stopped.
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
  // Restores the cursor, then lets the signal end the process.
  const forgets = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) =>
    context.onSignal(signal, () => {
      end();
      kill(pid, signal);
    }),
  );
  draw();
  return { end };
}

/** Whether we are in the foreground group of our terminal; true without a terminal. */
function isInForeground(): boolean {
  const stat = processStat('self');
  const foreground = stat?.[statField.terminalForegroundGroup] ?? -1;
  return foreground === -1 || foreground === stat?.[statField.processGroup];
}
