import { type ErrorRates, errorRates, type Kind, kinds } from './simulate.ts';

/** The page with the figures, between its markers. */
export const page = 'docs/phases.md';
export const markers = ['<!-- figures: scripts/verdict-error-rates --docs -->', '<!-- /figures -->'] as const;

/** How many runs the figures of the page are of. */
export const measured = { runs: 100_000, seed: 18 };

const columns: readonly [title: string, cell: (rates: ErrorRates) => string][] = [
  ['slower, 5 known', ({ slowerOf }) => rate(slowerOf[5])],
  ['10 known', ({ slowerOf }) => rate(slowerOf[10])],
  ['20 known', ({ slowerOf }) => rate(slowerOf[20])],
  ['faster, 20 known', ({ faster }) => rate(faster)],
  ['listed', ({ listed }) => listed.toFixed(2)],
  ['+50 %: first seen', ({ seenAfter }) => afterText(seenAfter)],
  ['listed', ({ listedAfter }) => afterText(listedAfter)],
  ['within 10 runs', ({ listedSoon }) => `${Math.round(listedSoon * 100)} %`],
];

export function figures(ratesOf: (kind: Kind) => ErrorRates = (kind) => errorRates(kind, measured)): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = kinds.map((kind) => {
    const rates = ratesOf(kind);
    return line([kind.name, ...columns.map(([, cell]) => cell(rates))]);
  });
  const titles = ['durations', ...columns.map(([title]) => title)];
  return [line(titles), line(titles.map(() => '---')), ...rows].join('\n');
}

/** The rows of the table in the page: the name of each kind, and its cells. */
export function figuresIn(text: string): Map<string, readonly string[]> {
  const [from, to] = [text.indexOf(markers[0]), text.indexOf(markers[1])];
  const lines = text
    .slice(from, to)
    .split('\n')
    .filter((line) => line.startsWith('| '));
  const rows = lines.slice(2).map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
  return new Map(rows.map(([name = '', ...cells]) => [name, cells]));
}

function rate(value: number): string {
  return value.toFixed(1);
}

function afterText(runs: number | null): string {
  return runs === null ? 'never' : runs === 1 ? 'run 1' : `run ${runs}`;
}
