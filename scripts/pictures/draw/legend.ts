import { escaped } from './html.ts';

/** Names with their colors, below a chart. */
export function legend(entries: readonly { readonly name: string; readonly colour: string }[]): string {
  const shown = entries.map(
    ({ name, colour }) => `<span><i style="background:${colour}"></i>${escaped(name)}</span>`,
  );
  return `<div class="legend">${shown.join('')}</div>`;
}
