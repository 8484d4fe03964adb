import { catalogue } from './catalogue.ts';
import type { GroupLabels } from './exposition.ts';
import { familyHead, familyLines } from './exposition.ts';
import type { Family } from './family.ts';
import type { FamilySamples } from './sample.ts';

/** The lines of one group by family name; each carries the group's labels. */
export type GroupText = ReadonlyMap<string, string>;

/** Renders the lines of one group once, to be merged with those of others. */
export function groupText(families: readonly FamilySamples[], labels: GroupLabels): GroupText {
  return new Map(
    families.map((one) => [one.family.name, familyLines(one, { constantLabels: labels }).join('\n')]),
  );
}

/** The text of several groups: each family once, with the lines of every group below it. Empty for no groups. */
export function mergedText(groups: readonly GroupText[], families: readonly Family[] = catalogue): string {
  const parts = families.flatMap((family) => {
    const lines = groups.flatMap((group) => group.get(family.name) ?? []);
    return lines.length === 0 ? [] : [[familyHead(family), ...lines].join('\n')];
  });
  return parts.length === 0 ? '' : `${parts.join('\n\n')}\n`;
}
