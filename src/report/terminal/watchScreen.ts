import type { Context } from '../../context.ts';

type World = Pick<Context, 'stdout' | 'pid' | 'onSignal' | 'kill'>;

/** What a screen shows now, as text that ends with a newline. */
export interface Drawn {
  readonly text: string;
  /** Nothing more will change. */
  readonly isOver: boolean;
}

const enter = '\u001b[?1049h\u001b[?25l';
const leave = '\u001b[?25h\u001b[?1049l';
const home = '\u001b[H';
const restOfLine = '\u001b[K';
const restOfScreen = '\u001b[J';

/** Changes of the ledger and the passing time are seen after this time. */
const everyMs = 1000;
/** If the terminal does not know its height. */
const usualRows = 24;

/**
 * Draws on the terminal's alternate screen every second, and when its size changes, until `draw` says that it is over; then the last text is
 * written to the screen from before. A signal that ends the process, or stops it (Ctrl-Z), finds the terminal as it was.
 */
export async function watchScreen(context: World, draw: () => Promise<Drawn>): Promise<void> {
  const screen = new AlternateScreen(context);
  const wait = waiter();
  const forgets = [
    ...(['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => screen.leaveOn(signal, signal)),
    screen.leaveOn('SIGTSTP', 'SIGSTOP'),
    ...(['SIGWINCH', 'SIGCONT'] as const).map((signal) => context.onSignal(signal, wait.cut)),
  ];
  try {
    for (;;) {
      const { text, isOver } = await draw();
      if (isOver) {
        screen.leave();
        context.stdout.write(text);
        return;
      }
      screen.show(text);
      await wait.until(everyMs);
    }
  } finally {
    screen.leave();
    for (const forget of forgets) forget();
  }
}

class AlternateScreen {
  readonly #context: World;
  #isShown = false;

  constructor(context: World) {
    this.#context = context;
  }

  /** As many lines as fit. */
  show(text: string): void {
    const { stdout } = this.#context;
    const lines = text
      .trimEnd()
      .split('\n')
      .slice(0, stdout.rows ?? usualRows);
    const drawn = lines.map((line) => `${line}${restOfLine}`).join('\r\n');
    stdout.writeAtOnce(`${this.#isShown ? '' : enter}${home}${drawn}${restOfScreen}`);
    this.#isShown = true;
  }

  leave(): void {
    if (this.#isShown) this.#context.stdout.write(leave);
    this.#isShown = false;
  }

  /** Restores the terminal, then lets the signal, or another one in its place, do what it does. */
  leaveOn(signal: NodeJS.Signals, sent: NodeJS.Signals): () => void {
    const { onSignal, kill, pid } = this.#context;
    const forget = onSignal(signal, () => {
      this.leave();
      if (sent === signal) forget();
      kill(pid, sent);
    });
    return forget;
  }
}

/** Waits for a time, or until it is cut short. */
function waiter(): { until(ms: number): Promise<void>; cut(): void } {
  let end: () => void = () => {};
  return {
    until: (ms) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    cut: () => end(),
  };
}
