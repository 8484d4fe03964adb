import type { Row, Sample } from './row.ts';
import { Overdue } from './timed.ts';
import type { World } from './world.ts';

/** What one run found out about a row. */
export interface Measured {
  readonly samples: Sample[];
  /** Why it was not measured, or not always. */
  readonly failures: string[];
  isGivenUp: boolean;
}

/** After so many failures and no success a row is given up. */
const mostFailures = 3;

/** Measures all rows in each round, so that whatever else the machine does meets them all. The first round is warm-up. */
export async function measure(
  world: World,
  rows: readonly Row[],
  { pairs, first, note }: { pairs: number; first: number; note: (line: string) => void },
): Promise<Map<Row, Measured>> {
  const found = new Map<Row, Measured>(
    rows.map((row) => [row, { samples: [], failures: [], isGivenUp: false }]),
  );
  for (let pair = 0; pair <= pairs; pair += 1) {
    const round = roundOf(world, first + pair);
    for (const [row, measured] of found) {
      const { samples, failures } = measured;
      if (!isDue(row, pair) || measured.isGivenUp) continue;
      try {
        const sample = await round.measured(row);
        if (pair > 0) samples.push(sample);
      } catch (error) {
        failures.push((error as Error).message);
        measured.isGivenUp =
          error instanceof Overdue || (samples.length === 0 && failures.length >= mostFailures);
        note(`${row.name}: ${(error as Error).message}`);
      }
    }
  }
  return found;
}

function isDue({ every = 1 }: Row, pair: number): boolean {
  return pair === 0 ? every === 1 : (pair - 1) % every === 0;
}

/** A row is measured once in a round, also if others use its sample. */
function roundOf(world: World, number: number) {
  const samples = new Map<Row, Sample>();
  const sampleOf = (row: Row) => {
    const sample = samples.get(row);
    if (sample === undefined) throw new Error(`${row.name} was not measured`);
    return sample;
  };
  const measured = async (row: Row): Promise<Sample> => {
    for (const used of row.uses ?? []) if (!samples.has(used)) await measured(used);
    if (!samples.has(row)) samples.set(row, await row.sample(world, { number, sampleOf }));
    return sampleOf(row);
  };
  return { measured };
}
