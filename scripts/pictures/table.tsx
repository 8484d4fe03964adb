import type { ComponentChild, VNode } from 'preact';

/** A row; the key identifies it when other rows are added or removed. */
export interface TableRow {
  readonly key?: string;
  readonly cells: readonly ComponentChild[];
}

/** A table with caption and headings. `numbers` are right-aligned columns, `whole` are columns that are not wrapped. */
export function Table({
  caption,
  head,
  rows,
  numbers = [],
  whole = [],
}: {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly TableRow[];
  readonly numbers?: readonly number[];
  readonly whole?: readonly number[];
}): VNode {
  const kind = (index: number): { class?: string } =>
    numbers.includes(index) ? { class: 'number' } : whole.includes(index) ? { class: 'whole' } : {};
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by keyboard
    <section class="scroll" tabIndex={0} aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {head.map((text, index) => (
              <th scope="col" {...kind(index)}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, index) => (
                <td {...kind(index)}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
