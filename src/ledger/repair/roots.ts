import type { Pages } from './pages.ts';
import type { SchemaRow } from './shapes.ts';
import { type Entry, newWalk, readLeaf, type Walk, walkTree } from './tree.ts';

/** A table or index with its first page. */
export interface Root extends SchemaRow {
  readonly root: number;
}

/** The schema of the file, as far as it can be read. */
export interface FoundSchema {
  readonly roots: readonly Root[];
  readonly isDamaged: boolean;
}

/** From the tree of the schema; if that is damaged, also from pages that look like a part of it. */
export function findSchema(walk: Walk): FoundSchema {
  const found = new Map<string, Root>();
  const take = (entry: Entry) => {
    const root = asRoot(entry);
    if (root !== null && !found.has(root.name)) found.set(root.name, root);
  };
  const isDamaged = walkTree(walk, { root: 1, kind: 'table', take });
  if (isDamaged) for (const leaf of schemaLeaves(walk.pages)) leaf.map(take);
  return { roots: [...found.values()], isDamaged };
}

function schemaLeaves(pages: Pages): (readonly Entry[])[] {
  const found: (readonly Entry[])[] = [];
  const walk = newWalk(pages);
  for (let number = 1; number <= pages.count; number += 1) {
    const leaf = readLeaf(walk, number);
    if (leaf?.kind !== 'table' || leaf.entries.length === 0) continue;
    if (leaf.entries.every((entry) => asRoot(entry) !== null)) found.push(leaf.entries);
  }
  return found;
}

function asRoot({ values }: Entry): Root | null {
  const [type, name, table, root, sql] = values;
  if (values.length !== 5 || typeof name !== 'string' || typeof table !== 'string') return null;
  if (!['table', 'index', 'view', 'trigger'].includes(String(type)) || typeof root !== 'number') return null;
  if (sql !== null && typeof sql !== 'string') return null;
  return { type: String(type), name, table, root, sql: sql ?? null };
}
