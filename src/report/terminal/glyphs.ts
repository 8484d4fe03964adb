/** The signs of the reports, for terminals that draw them and for those that know ASCII alone. */
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
  /** From the lowest to the highest; empty where there are none. */
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
