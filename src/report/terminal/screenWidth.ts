import type { Context } from '../../context.ts';

/** Where a terminal says no width, and nobody else does. */
const usualWidth = 80;

/**
 * The only place that decides how wide something may be: what the terminal says, else COLUMNS, else 80. Undefined where the
 * stream is no terminal: there nothing is cut.
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
