import type { Query } from './address.ts';

/** The IDs of deployments that are selected to compare. */
export function pickedOf({ pick }: Query): readonly string[] {
  return pick === undefined ? [] : pick.split(',');
}

/** The query with one more or less of them. */
export function withPick(
  query: Query,
  { id, isPicked }: { readonly id: string; readonly isPicked: boolean },
): Query {
  const others = pickedOf(query).filter((one) => one !== id);
  const { pick: _, ...rest } = query;
  const all = isPicked ? [...others, id] : others;
  return all.length === 0 ? rest : { ...rest, pick: all.join(',') };
}
