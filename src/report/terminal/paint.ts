/** How a piece of text is to be read: colours by meaning, never by name. */
export type Style = 'good' | 'warn' | 'bad' | 'running' | 'dim' | 'strong';

/** Paints text that already has its final width. */
export type Paint = (style: Style, text: string) => string;

/** No colours: pipes, NO_COLOR. */
export const plainPaint: Paint = (_style, text) => text;

/** The owner of chalk, which is read only where colours are wanted. */
export async function loadPaint(colour: boolean): Promise<Paint> {
  if (!colour) return plainPaint;
  const { Chalk } = await import('chalk');
  // The sixteen colours that every terminal has, in the user's own palette.
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
