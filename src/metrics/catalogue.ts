import { countedFamilies } from './countedFamilies.ts';
import { currentFamilies } from './currentFamilies.ts';
import type { Family } from './family.ts';

/** Every family that deploytrack pushes. Names, types, labels and buckets never change. */
export const catalogue: readonly Family[] = [...countedFamilies, ...currentFamilies];
