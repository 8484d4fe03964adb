import type { Context } from '../../context.ts';

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
