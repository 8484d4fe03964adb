import type { Context } from '../../context.ts';
import { loadPaint, type Paint } from './paint.ts';
import { screenWidth } from './screenWidth.ts';

/** The formats of `stats` and `history`; `show` knows table and json. */
export type Format = 'table' | 'json' | 'csv' | 'markdown';

/** For whom a report is written. */
export interface View {
  /** Columns of the terminal; undefined in a pipe, where no column is dropped and nothing depends on the screen. */
  readonly width: number | undefined;
  /** Times in the host's zone and "3h ago"; otherwise ISO 8601 in UTC and nothing relative. */
  readonly local: boolean;
  /** Bars, arrows and text in ASCII alone. */
  readonly ascii: boolean;
  readonly paint: Paint;
  /** Unix milliseconds: what "ago" counts from, and where a running deployment stands. */
  readonly nowMs: number;
}

/** The view that a stream asks for: a terminal's, or a pipe's that is plain and stable. */
export async function viewOf(context: Context, stream: 'stdout' | 'stderr' = 'stdout'): Promise<View> {
  const { isTerminal } = context[stream];
  return {
    width: screenWidth(context, stream),
    local: isTerminal,
    ascii: asciiOnly(context),
    paint: await loadPaint(wantsColour(context.env, isTerminal)),
    nowMs: context.instant().wallMs,
  };
}

/** FORCE_COLOR decides where it is set (0 or false: none), then NO_COLOR, then the terminal. */
export function wantsColour(env: Context['env'], isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return isTerminal && env.TERM !== 'dumb';
}

/**
 * Whether the locale promises nothing beyond ASCII. Windows counts as such: bytes written to a console are
 * read in its code page, which is hardly ever UTF-8.
 */
export function asciiOnly({ env, platform }: Pick<Context, 'env' | 'platform'>): boolean {
  if (platform === 'win32') return true;
  return !/utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}
