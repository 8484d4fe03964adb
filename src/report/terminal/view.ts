import type { Context } from '../../context.ts';
import { loadPaint, type Paint } from './paint.ts';
import { screenWidth } from './screenWidth.ts';

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

/** FORCE_COLOR decides if it is set (0 or false means no colors), then NO_COLOR, then the terminal. */
export function wantsColor(env: Context['env'], isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return isTerminal && env.TERM !== 'dumb';
}

/**
 * Whether the locale supports only ASCII. Always true on Windows, because a console reads bytes in its code page, which is
 * hardly ever UTF-8.
 */
export function asciiOnly({ env, platform }: Pick<Context, 'env' | 'platform'>): boolean {
  if (platform === 'win32') return true;
  return !/utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}
