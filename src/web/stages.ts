import type { ListRow } from '../server/api.ts';

/** So many phases have a color of their own. */
const colored = 6;

/** The phases that most rows have, in the order in which they run. */
export function stagesOf(rows: readonly ListRow[]): readonly string[] {
  const counts = new Map<string, { readonly rows: number; readonly place: number }>();
  for (const { phases } of rows)
    for (const [place, { stage }] of phases.entries()) {
      const known = counts.get(stage) ?? { rows: 0, place: 0 };
      counts.set(stage, { rows: known.rows + 1, place: known.place + place });
    }
  return [...counts]
    .sort(([, one], [, other]) => other.rows - one.rows)
    .slice(0, colored)
    .sort(([, one], [, other]) => one.place / one.rows - other.place / other.rows)
    .map(([stage]) => stage);
}

export function colorOf(stages: readonly string[], stage: string): string {
  const index = stages.indexOf(stage);
  return index === -1 ? 'p-other' : `p${index}`;
}
