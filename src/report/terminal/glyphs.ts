/** The signs of the reports, for Unicode terminals and for ASCII ones. */
export interface Glyphs {
  readonly arrow: string;
  readonly ellipsis: string;
  readonly bar: string;
  /** A bar that is still growing. */
  readonly openBar: string;
  /** A bar of less than half a column. */
  readonly thinBar: string;
  /** Something beyond the right end of the scale. */
  readonly beyond: string;
  readonly good: string;
  readonly warn: string;
  readonly bad: string;
  readonly running: string;
  /** From the lowest to the highest; empty for ASCII. */
  readonly ramp: readonly string[];
}

const drawn: Glyphs = {
  arrow: '→',
  ellipsis: '…',
  bar: '█',
  openBar: '░',
  thinBar: '▏',
  beyond: '»',
  good: '✓',
  warn: '!',
  bad: '✗',
  running: '…',
  ramp: [...'▁▂▃▄▅▆▇█'],
};

const typed: Glyphs = {
  arrow: '->',
  ellipsis: '...',
  bar: '#',
  openBar: '-',
  thinBar: '|',
  beyond: '>',
  good: '+',
  warn: '!',
  bad: 'x',
  running: '.',
  ramp: [],
};

export function glyphsOf({ ascii }: { readonly ascii: boolean }): Glyphs {
  return ascii ? typed : drawn;
}
