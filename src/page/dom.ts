/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

export type Child = Node | string | null;

/** An element with attributes and children; texts become text, whatever stands in them. */
export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  for (const child of children) if (child !== null) made.append(child);
  return made;
}

export function svg(
  name: string,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly Child[]
): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  for (const child of children) if (child !== null) made.append(child);
  return made;
}

/** A table with a caption and headings; `numbers`: the columns that stand right, `whole`: those that are not wrapped. */
export function table(
  caption: string,
  {
    head,
    rows,
    numbers = [],
    whole = [],
  }: {
    head: readonly string[];
    rows: readonly (readonly Child[])[];
    numbers?: readonly number[];
    whole?: readonly number[];
  },
): HTMLElement {
  const kind = (index: number): Record<string, string> =>
    numbers.includes(index) ? { class: 'number' } : whole.includes(index) ? { class: 'whole' } : {};
  return el(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    el(
      'table',
      {},
      el('caption', {}, caption),
      el(
        'thead',
        {},
        el('tr', {}, ...head.map((text, index) => el('th', { scope: 'col', ...kind(index) }, text))),
      ),
      el(
        'tbody',
        {},
        ...rows.map((row) => el('tr', {}, ...row.map((cell, index) => el('td', kind(index), cell)))),
      ),
    ),
  );
}
