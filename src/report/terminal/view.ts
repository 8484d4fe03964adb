import type { Context } from '../../context.ts';
import { wantsColor } from '../../output.ts';

/** The formats of `stats` and `history`; other commands accept fewer. */
export type Format = 'table' | 'json' | 'csv' | 'markdown';

/** Properties of the output of a report. */
export interface View {
  /** Columns of the terminal; undefined in a pipe, which gets all columns. */
  readonly width: number | undefined;
  /** Times in the host's zone and "3h ago"; otherwise ISO 8601 in UTC and nothing relative. */
  readonly local: boolean;
  /** Bars, arrows and text in ASCII only. */
  readonly ascii: boolean;
  readonly paint: Paint;
  /** Unix milliseconds: the reference for "ago" and for running deployments. */
  readonly nowMs: number;
}

/** The view for a stream: a terminal, or a pipe with plain and stable output. */
export async function viewOf(context: Context, stream: 'stdout' | 'stderr' = 'stdout'): Promise<View> {
  const { isTerminal } = context[stream];
  return {
    width: screenWidth(context, stream),
    local: isTerminal,
    ascii: asciiOnly(context),
    paint: await loadPaint(wantsColor(context.env, isTerminal)),
    nowMs: context.instant().wallMs,
  };
}

/**
 * Whether the locale supports only ASCII. Always true on Windows, because a console reads bytes in its code page, which is
 * hardly ever UTF-8.
 */
export function asciiOnly({ env, platform }: Pick<Context, 'env' | 'platform'>): boolean {
  if (platform === 'win32') return true;
  return !/utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}

/** The default if the width is unknown. */
const usualWidth = 80;

/**
 * The width for output: that of the terminal, otherwise COLUMNS, otherwise 80. Undefined if the stream is not a terminal:
 * then nothing is cut.
 */
export function screenWidth(
  context: Pick<Context, 'stdout' | 'stderr' | 'env'>,
  stream: 'stdout' | 'stderr',
): number | undefined {
  const { isTerminal, columns } = context[stream];
  if (!isTerminal) return undefined;
  if (columns !== undefined && columns > 0) return columns;
  const said = context.env.COLUMNS ?? '';
  return /^[1-9]\d{0,4}$/.test(said) ? Number(said) : usualWidth;
}

/** Styles by meaning, not by color. */
export type Style = 'good' | 'warn' | 'bad' | 'running' | 'dim' | 'strong';

/** Paints text that already has its final width. */
export type Paint = (style: Style, text: string) => string;

/** No colors: for pipes and NO_COLOR. */
export const plainPaint: Paint = (_style, text) => text;

/** The owner of chalk, which is loaded only if colors are used. */
export async function loadPaint(color: boolean): Promise<Paint> {
  if (!color) return plainPaint;
  const { Chalk } = await import('chalk');
  // Level 1: the sixteen colors of every terminal, in the user's palette.
  const chalk = new Chalk({ level: 1 });
  const styles = {
    good: chalk.green,
    warn: chalk.yellow,
    bad: chalk.red,
    running: chalk.cyan,
    dim: chalk.dim,
    strong: chalk.bold,
  };
  return (style, text) => (text === '' ? '' : styles[style](text));
}

/** The signs of the reports, for Unicode terminals and for ASCII ones. */
export interface Glyphs {
  readonly arrow: string;
  readonly ellipsis: string;
  readonly bar: string;
  /** A bar that is still growing. */
  readonly openBar: string;
  /** A bar of less than half a column. */
  readonly thinBar: string;
  /** Something beyond the right end of the scale. */
  readonly beyond: string;
  readonly good: string;
  readonly warn: string;
  readonly bad: string;
  readonly running: string;
  /** From the lowest to the highest; empty for ASCII. */
  readonly ramp: readonly string[];
}

const drawn: Glyphs = {
  arrow: '→',
  ellipsis: '…',
  bar: '█',
  openBar: '░',
  thinBar: '▏',
  beyond: '»',
  good: '✓',
  warn: '!',
  bad: '✗',
  running: '▶',
  ramp: [...'▁▂▃▄▅▆▇█'],
};

const typed: Glyphs = {
  arrow: '->',
  ellipsis: '...',
  bar: '#',
  openBar: '-',
  thinBar: '|',
  beyond: '>',
  good: '+',
  warn: '!',
  bad: 'x',
  running: '>',
  ramp: [],
};

export function glyphsOf({ ascii }: { readonly ascii: boolean }): Glyphs {
  return ascii ? typed : drawn;
}
