import { catalogue } from './catalogue.ts';
import { currentValues } from './current.ts';
import type { Family } from './family.ts';
import { labelText } from './labelText.ts';
import type { FamilySamples, Sample } from './sample.ts';
import type { GroupSnapshot, Total } from './snapshot.ts';
import { totalSamples } from './totalSamples.ts';

/** Every sample of a group, in the catalogue's order. Pure; families without series are left out. */
export function groupSamples(
  snapshot: GroupSnapshot,
  families: readonly Family[] = catalogue,
): FamilySamples[] {
  const totals = byFamily(snapshot.totals);
  return families
    .map((family) => ({
      family,
      samples: samplesOf(family, { snapshot, totals: totals.get(family.name) ?? [] }),
    }))
    .filter(({ samples }) => samples.length > 0);
}

function byFamily(totals: readonly Total[]): Map<string, Total[]> {
  const found = new Map<string, Total[]>();
  for (const total of totals) {
    const ofFamily = found.get(total.family);
    if (ofFamily === undefined) found.set(total.family, [total]);
    else ofFamily.push(total);
  }
  return found;
}

function samplesOf(family: Family, from: { snapshot: GroupSnapshot; totals: readonly Total[] }): Sample[] {
  const current = currentValues[family.name];
  if (current === undefined) return totalSamples(family, from);
  // Two values may become equal when they are cut: the first, which is the newest, is used.
  const samples = new Map<string, Sample>();
  for (const [values, value] of current(from.snapshot)) {
    const labels = family.labels.map(
      (label, index) => [label.name, labelText(values[index] ?? '', label)] as const,
    );
    const key = JSON.stringify(labels);
    if (!samples.has(key)) samples.set(key, { suffix: '', labels, value });
  }
  return [...samples.values()];
}
