import type { ComponentChild, VNode } from 'preact';

/** A table with caption and headings; nothing without rows. `numbers` are right-aligned columns. */
export function Table({
  caption,
  head,
  rows,
  numbers = [],
  ids = [],
}: {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly ComponentChild[])[];
  readonly numbers?: readonly number[];
  /** The deployments that rows lead to, for the keys that go through them. */
  readonly ids?: readonly (string | null)[];
}): VNode | null {
  if (rows.length === 0) return null;
  const kind = (index: number): { class?: string } => (numbers.includes(index) ? { class: 'number' } : {});
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by keyboard
    <section class="scroll" tabIndex={0} aria-label={caption}>
      <table class="plain-table">
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
          {rows.map((cells, row) => (
            <tr {...(ids[row] == null ? {} : { 'data-id': ids[row] })}>
              {cells.map((cell, index) => (
                <td {...kind(index)} data-head={head[index]}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
