import { visible } from '../../text/visible.ts';
import type { View } from './view.ts';
import { cutToWidth, displayWidth } from './width.ts';

/** Limits the cost of long texts on a terminal. */
const mostLines = 200;

/**
 * A text as visible lines, each with an indent, wrapped between words to the width of the terminal; nothing of it is cut. In a
 * pipe each line of the text is one line.
 */
export function wrapLines(text: string, view: View & { readonly indent?: number }): string[] {
  const blank = ' '.repeat(view.indent ?? 0);
  const given = text.trimEnd().split(/\r?\n/);
  const columns = view.width === undefined ? undefined : Math.max(1, view.width - blank.length);
  const lines = given.flatMap((line) => {
    const shown = visible(line, view);
    return columns === undefined ? [shown] : wrapped(shown, columns);
  });
  const most = columns === undefined ? lines.length : mostLines;
  return lines.slice(0, most).map((line) => (line === '' ? '' : blank + line));
}

function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((one) => pieces(one, columns))) {
    if (line === '') line = word;
    else if (displayWidth(line) + 1 + displayWidth(word) <= columns) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
    if (lines.length > mostLines) break;
  }
  return [...lines, line];
}

/** A word that is wider than the screen is broken. */
function pieces(word: string, columns: number): string[] {
  const all: string[] = [];
  let rest = word;
  while (displayWidth(rest) > columns && all.length <= mostLines) {
    // A grapheme may be wider than the screen.
    const head = cutToWidth(rest, { width: columns, ellipsis: '' }) || rest.slice(0, 1);
    all.push(head);
    rest = rest.slice(head.length);
  }
  return [...all, rest];
}
