import type { Style, View } from './view.ts';
import { shortened } from './width.ts';
import { wrapLines } from './wrap.ts';

const labelWidth = 11;

/** `label      value` on one line, cut to the terminal's width; no line if the value is null or empty. */
export function labeled(
  {
    label,
    value,
    style,
  }: { readonly label: string; readonly value: string | null; readonly style?: Style | undefined },
  view: View,
): string[] {
  if (value === null || value === '') return [];
  const most = view.width === undefined ? undefined : Math.max(10, view.width - labelWidth);
  const text = shortened(value, { ...view, most });
  return [
    `${view.paint('dim', label.padEnd(labelWidth))}${style === undefined ? text : view.paint(style, text)}`,
  ];
}

/** A complete text of several lines, wrapped on a terminal: the label is before the first, the others are indented. */
export function paragraph(
  { label, text, style }: { readonly label: string; readonly text: string | null; readonly style?: Style },
  view: View,
): string[] {
  const lines = wrapLines(text ?? '', {
    ...view,
    width: view.width === undefined ? undefined : Math.max(10, view.width - labelWidth),
  });
  if (lines.join('') === '') return [];
  return lines.map((shown, index) => {
    const before = index === 0 ? view.paint('dim', label.padEnd(labelWidth)) : ' '.repeat(labelWidth);
    return `${before}${style === undefined ? shown : view.paint(style, shown)}`.trimEnd();
  });
}
