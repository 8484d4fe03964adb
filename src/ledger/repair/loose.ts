import { deploymentColumns, rowColumns } from '../checks/columns.ts';
import type { Reading } from '../checks/reading.ts';
import type { Moment } from './damaged.ts';
import { type Shape, valuesOf } from './shapes.ts';
import type { Stage } from './stage.ts';
import { type Entry, type Leaf, readLeaf } from './tree.ts';

/**
 * Adds the rows of pages that no tree leads to any more: the page above them, or the schema, is damaged. The table is
 * the only one whose rows they can be.
 */
export function addLoose(
  stage: Stage,
  { moment, shapes }: { moment: Moment; shapes: readonly Shape[] },
): void {
  const { pages, seen } = moment.walk;
  const unused = freePages(moment);
  for (let number = 2; number <= pages.count; number += 1) {
    if (seen.has(number) || unused.has(number)) continue;
    const leaf = readLeaf(moment.walk, number);
    if (leaf === null || !leaf.isWhole || leaf.entries.length === 0) continue;
    const shape = tableOf(leaf, shapes);
    if (shape !== null) for (const entry of leaf.entries) stage.add(shape, entry);
  }
}

/** Pages that the file does not use: their rows were deleted or moved. */
function freePages({ walk: { pages } }: Moment): ReadonlySet<number> {
  const unused = new Set<number>();
  const first = pages.page(1);
  let trunk = first !== null && first.length >= 100 ? first.readUInt32BE(32) : 0;
  while (trunk > 0 && trunk <= pages.count && !unused.has(trunk)) {
    unused.add(trunk);
    const page = pages.page(trunk);
    if (page === null || page.length < pages.usableBytes) break;
    const count = Math.min(page.readUInt32BE(4), pages.usableBytes / 4 - 2);
    for (let index = 0; index < count; index += 1) unused.add(page.readUInt32BE(8 + index * 4));
    trunk = page.readUInt32BE(0);
  }
  return unused;
}

function tableOf(leaf: Leaf, shapes: readonly Shape[]): Shape | null {
  const found = shapes.filter(
    (shape) => isTaken(shape) && leaf.entries.every((entry) => isRow(shape, entry)),
  );
  return found.length === 1 ? (found[0] ?? null) : null;
}

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:/;
const json = /^[[{]/;

/** What tells an internal table from others with columns of the same types. */
const signs: Readonly<Record<string, (row: Readonly<Record<string, unknown>>) => boolean>> = {
  ledger: ({ one, created_at: at }) => one === 1 && time.test(String(at)),
  groups: () => true,
  totals: ({ labels }) => json.test(String(labels)),
  declarations: ({ at }) => time.test(String(at)),
  last_stages: () => true,
  last_checks: ({ healthy }) => healthy === 0 || healthy === 1,
  marks_seen: ({ at }) => time.test(String(at)),
  marks_kept: ({ mark }) => json.test(String(mark)),
  journals: ({ file_id: file }) => /^(passed over by .*: )?\d+:\d+:/.test(String(file)),
  warnings: ({ at }) => time.test(String(at)),
  tracking: ({ tracked }) => json.test(String(tracked)),
};

function isTaken({ table }: Shape): boolean {
  return table === 'deployment_metrics' || table in rowColumns || table in signs;
}

function isRow(shape: Shape, entry: Entry): boolean {
  const values = valuesOf(shape, entry);
  if (values === null) return false;
  const row = Object.fromEntries(values.map((value, at) => [shape.columns[at]?.name ?? '', value]));
  const sign = signs[shape.table];
  if (sign !== undefined) return sign(row);
  const columns = shape.table === 'deployment_metrics' ? deploymentColumns : rowColumns[shape.table];
  const at: Reading = { path: '', leftOut: [] };
  try {
    for (const [name, read] of Object.entries(columns?.needed ?? {}))
      if (name !== 'deployment_status') read(row[name], at);
    return true;
  } catch {
    return false;
  }
}
