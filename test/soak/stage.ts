import type { Random } from './random.ts';

/** What a stage works with. */
export interface Soak {
  /** The root of the clone, which is built. */
  readonly root: string;
  readonly isQuick: boolean;
  readonly random: Random;
  readonly hostileMinutes: number;
  /** For a smoke test: fewer attempts than `--quick`. */
  readonly share: number;
  /** Until this stage must end. */
  leftMs(): number;
  /** Shown while it runs. */
  say(line: string): void;
}

/** A row of the table of docs/promises.md. */
export interface Found {
  readonly what: string;
  readonly tried: string;
  readonly result: string;
}

export interface StageResult {
  readonly found: readonly Found[];
  /** What breaks a promise; empty if all is well. */
  readonly broken: readonly string[];
}

export interface Stage {
  readonly name: string;
  readonly about: string;
  readonly limitMinutes: { readonly quick: number; readonly full: number };
  run(soak: Soak): Promise<StageResult>;
}

/** The middle value; NaN of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** `work` for each of the values, at most `lanes` at once. */
export async function inLanes<Value>(
  values: readonly Value[],
  lanes: number,
  work: (value: Value) => Promise<void>,
): Promise<void> {
  const waiting = [...values];
  const lane = async () => {
    for (let value = waiting.shift(); value !== undefined; value = waiting.shift()) await work(value);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
