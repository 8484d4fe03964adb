import type { Family, Label } from './family.ts';
import type { GroupSnapshot } from './snapshot.ts';

type Declarations = GroupSnapshot['declared'];

/**
 * The label values that a counter or histogram shows at 0 before anything happened: all combinations of its
 * closed vocabularies and of what the ledger declared.
 */
export function zeroCombinations(family: Family, declared: Declarations): readonly (readonly string[])[] {
  const isPaired = family.labels[0]?.name === 'service' && family.labels[1]?.name === 'stage';
  const first: readonly (readonly string[])[] = isPaired ? declared.stages : [[]];
  return family.labels.slice(isPaired ? 2 : 0).reduce((combinations, label) => {
    const values = valuesOf(label, declared);
    return combinations.flatMap((combination) => values.map((value) => [...combination, value]));
  }, first);
}

function valuesOf({ vocabulary }: Label, declared: Declarations): readonly string[] {
  if (vocabulary.kind === 'closed') return vocabulary.values;
  if (vocabulary.kind !== 'declared' || vocabulary.of === 'stages') return [];
  return declared[vocabulary.of];
}
