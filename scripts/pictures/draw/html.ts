/** Text inside HTML and SVG. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Shown by a panel without data. */
export function nothing(text = 'No data'): string {
  return `<div class="nothing">${escaped(text)}</div>`;
}
