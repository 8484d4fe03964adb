import type { PeerName } from './peers/peers.ts';
import type { World } from './world.ts';

/** One line of the tables. */
export interface Row {
  readonly name: string;
  /** What the figure is, as the heading of its table says it. */
  readonly figure: Figure;
  /** The figure should be at most this. */
  readonly goal?: number;
  /** Programs of others without which it cannot be measured. */
  readonly needs?: readonly PeerName[];
  /** Rows whose samples of the same round it uses. */
  readonly uses?: readonly Row[];
  /** Slow rows: only every so many rounds. */
  readonly every?: number;
  sample(world: World, round: Round): Promise<Sample>;
}

export type Figure = keyof typeof figures;

/** The kinds of figures with the digits that are shown. */
export const figures = {
  'times `node -e 0`': 2,
  'of the Python way': 2,
  'of 20 Python calls': 3,
  'of the memory of `node -e 0`': 2,
  ms: 1,
  µs: 1,
} as const;

export interface Round {
  readonly number: number;
  /** What another row measured in this round; throws if it has failed. */
  sampleOf(row: Row): Sample;
}

export interface Sample {
  readonly figure: number;
  /** What the figure was made from: milliseconds of a process, or its memory. */
  readonly absolute?: number;
}

/** Rows that are measured and shown together. */
export interface Group {
  readonly title: string;
  /** The unit of `absolute`. */
  readonly unit: 'ms' | 'MiB' | null;
  readonly rows: readonly Row[];
}
