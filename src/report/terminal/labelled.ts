import { visible } from '../../text/visible.ts';
import type { Style } from './paint.ts';
import { shortened } from './shortened.ts';
import type { View } from './view.ts';

const labelWidth = 11;

/** `label      value` on one line, on a screen cut to it; nothing for a value that is null or empty. */
export function labelled(
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

/** A text of several lines, whole: the label before the first, the others below it. */
export function paragraph(
  { label, text, style }: { readonly label: string; readonly text: string | null; readonly style?: Style },
  view: View,
): string[] {
  const lines = (text ?? '').trimEnd().split(/\r?\n/);
  if (lines.join('') === '') return [];
  return lines.map((line, index) => {
    const shown = visible(line, view);
    const before = index === 0 ? view.paint('dim', label.padEnd(labelWidth)) : ' '.repeat(labelWidth);
    return `${before}${style === undefined ? shown : view.paint(style, shown)}`.trimEnd();
  });
}
