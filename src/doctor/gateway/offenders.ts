import { groupLabels } from '../../metrics/exposition.ts';
import type { GroupKey } from '../../model.ts';
import type { GroupingKey } from '../../push/gateway/labelsPath.ts';
import type { HeldFamily, HeldGroup } from './heldGroups.ts';
import { isWrongType, pushedTypes } from './typeScan.ts';

/** A group that makes the gateway reject or fail others. */
export interface Offender {
  readonly key: GroupingKey;
  /** What it has, as it follows the name of the group. */
  readonly what: string;
}

/** The groups that keep those of this ledger from being pushed. */
export function offenders(held: readonly HeldGroup[], own: readonly GroupKey[]): Offender[] {
  const keys = own.map((key) => Object.fromEntries(groupLabels(key)) as Record<string, string>);
  return held.flatMap((group) => {
    if (keys.some((key) => isSame(key, group.labels))) return [];
    const what = wrongType(group) ?? sameSeries(group, keys);
    return what === null ? [] : [{ key: keyOf(group), what }];
  });
}

/** The groups with a type that most others do not have: a gateway without its consistency check accepts them. */
export function minorities(held: readonly HeldGroup[]): Offender[] {
  const types = new Map<string, Map<string, number>>();
  for (const { name, type } of held.flatMap((group) => group.families)) {
    const counts = types.get(name) ?? new Map<string, number>();
    types.set(name, counts.set(type, (counts.get(type) ?? 0) + 1));
  }
  const isRare = ({ name, type }: HeldFamily) => {
    const counts = types.get(name) ?? new Map<string, number>();
    return [...counts.values()].some((count) => count > (counts.get(type) ?? 0));
  };
  return held.flatMap((group) => {
    const rare = group.families.find(isRare);
    return rare === undefined
      ? []
      : [{ key: keyOf(group), what: `has ${rare.name} as ${rare.type}, unlike other groups` }];
  });
}

function wrongType({ families }: HeldGroup): string | null {
  const wrong = families.find(({ name, type }) => isWrongType(name, type));
  if (wrong === undefined) return null;
  return `has ${wrong.name} as ${wrong.type}; deploytrack pushes it as ${pushedTypes.get(wrong.name)}`;
}

/** A group with fewer labels may contain the series of a group of ours. */
function sameSeries({ labels, families }: HeldGroup, keys: readonly Record<string, string>[]): string | null {
  const near = keys.filter((key) => isWithin(labels, key));
  const found = families.find(
    ({ name, samples }) =>
      pushedTypes.has(name) && samples.some((sample) => near.some((key) => isWithin(key, sample))),
  );
  return found === undefined ? null : `has ${found.name} with the labels of a group of this ledger`;
}

function isWithin(labels: Readonly<Record<string, string>>, all: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(labels).every(([name, value]) => all[name] === value);
}

function isSame(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  return isWithin(one, other) && isWithin(other, one);
}

function keyOf({ labels }: HeldGroup): GroupingKey {
  const { job = '', ...others } = labels;
  return Object.entries({ job, ...others }).map(([name, value]) => [name, Buffer.from(value)]);
}
