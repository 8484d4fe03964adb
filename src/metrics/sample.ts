import type { Family } from './family.ts';
import type { GroupSnapshot } from './snapshot.ts';

/** One line of the text. */
export interface Sample {
  readonly suffix: '' | '_bucket' | '_sum' | '_count';
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

export interface FamilySamples {
  readonly family: Family;
  readonly samples: readonly Sample[];
}

/** Label values in the catalogue's order, and the sample's value. */
export type CurrentValue = readonly [labels: readonly string[], value: number];
export type CurrentValues = Readonly<Record<string, (snapshot: GroupSnapshot) => readonly CurrentValue[]>>;
