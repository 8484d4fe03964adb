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
