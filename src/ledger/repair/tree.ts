import type { Pages } from './pages.ts';
import { readRecord, readVarint, type Value } from './record.ts';

/** One row of a table, or one entry of an index or of a table without row IDs. */
export interface Entry {
  /** Null in an index. */
  readonly rowid: number | null;
  readonly values: readonly Value[];
}

export interface Leaf {
  readonly kind: 'table' | 'index';
  readonly entries: readonly Entry[];
  /** Whether every cell of the page is a record. */
  readonly isWhole: boolean;
}

/** The content of one page of a tree: https://sqlite.org/fileformat2.html#b_tree_pages */
interface Node extends Leaf {
  readonly children: readonly number[];
  readonly overflows: ReadonlySet<number>;
}

const kinds: Readonly<Record<number, { kind: Leaf['kind']; isLeaf: boolean }>> = {
  2: { kind: 'index', isLeaf: false },
  5: { kind: 'table', isLeaf: false },
  10: { kind: 'index', isLeaf: true },
  13: { kind: 'table', isLeaf: true },
};

export interface Walk {
  readonly pages: Pages;
  /** Every page that belongs to something. */
  readonly seen: Set<number>;
  /** The page to which a page with the rest of a cell belongs. Others that name it are damaged, or made up. */
  readonly owners: Map<number, number>;
}

export function newWalk(pages: Pages): Walk {
  return { pages, seen: new Set(), owners: new Map() };
}

/** Calls `take` with all entries that can be read below a page. Returns whether something could not be read. */
export function walkTree(
  walk: Walk,
  { root, kind, take }: { root: number; kind: Leaf['kind']; take: (entry: Entry) => void },
): boolean {
  const { seen } = walk;
  let isDamaged = false;
  const own = new Set<number>();
  const next = [root];
  for (let number = next.pop(); number !== undefined; number = next.pop()) {
    const node = own.has(number) ? null : readNode(walk, number);
    own.add(number);
    if (node === null || node.kind !== kind) {
      isDamaged = true;
      continue;
    }
    seen.add(number);
    for (const page of node.overflows) seen.add(page);
    isDamaged ||= !node.isWhole;
    for (const entry of node.entries) take(entry);
    next.push(...[...node.children].reverse());
  }
  return isDamaged;
}

/** A page without its place in a tree; null if it holds no entries: a page above the leaves of a table. */
export function readLeaf(walk: Walk, number: number): Leaf | null {
  const node = readNode(walk, number);
  return node?.kind === 'table' && node.children.length > 0 ? null : node;
}

function readNode({ pages, owners }: Walk, number: number): Node | null {
  const page = pages.page(number);
  if (page === null || page.length < 112) return null;
  const start = number === 1 ? 100 : 0;
  const type = kinds[page[start] ?? 0];
  if (type === undefined) return null;
  const cells = page.readUInt16BE(start + 3);
  const pointers = start + (type.isLeaf ? 8 : 12);
  if (pointers + cells * 2 > Math.min(page.length, pages.usableBytes)) return null;
  const node: OpenNode = {
    number,
    owners,
    entries: [],
    children: [],
    overflows: new Set(),
    left: page.length,
  };
  let isWhole = true;
  for (let index = 0; index < cells; index += 1) {
    const at = page.readUInt16BE(pointers + index * 2);
    isWhole = readCell(pages, { page, at, ...type, node }) && isWhole;
  }
  if (!type.isLeaf) node.children.push(page.readUInt32BE(start + 8));
  const { entries, children, overflows } = node;
  return { entries, children, overflows, kind: type.kind, isWhole };
}

/** While its cells are read: all of them together are no longer than the page, and share no other page. */
interface OpenNode {
  readonly number: number;
  readonly owners: Map<number, number>;
  readonly entries: Entry[];
  readonly children: number[];
  readonly overflows: Set<number>;
  left: number;
}

function readCell(
  pages: Pages,
  cell: {
    page: Buffer;
    at: number;
    kind: Leaf['kind'];
    isLeaf: boolean;
    node: OpenNode;
  },
): boolean {
  const { page, kind, isLeaf, node } = cell;
  let { at } = cell;
  if (at < 8 || at + 4 > Math.min(page.length, pages.usableBytes)) return false;
  if (!isLeaf) {
    node.children.push(page.readUInt32BE(at));
    at += 4;
    if (kind === 'table') return true;
  }
  const size = readVarint(page, at);
  const rowid = size === null || kind === 'index' ? null : readVarint(page, size.next);
  if (size === null || (kind === 'table' && rowid === null)) return false;
  const content = payload(pages, { page, at: (rowid ?? size).next, bytes: size.value, kind, node });
  const values = content === null ? null : readRecord(content);
  if (values === null) return false;
  node.entries.push({ rowid: rowid?.value ?? null, values });
  return true;
}

/** Longer than all that is stored. */
const mostBytes = 16_777_216;

/** The part on the page, and the rest from the chain of pages that it names. */
function payload(
  pages: Pages,
  cell: { page: Buffer; at: number; bytes: number; kind: Leaf['kind']; node: OpenNode },
): Buffer | null {
  const { page, at, bytes, kind, node } = cell;
  if (bytes > mostBytes) return null;
  const usable = pages.usableBytes;
  const most = kind === 'table' ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const split = least + ((bytes - least) % (usable - 4));
  const local = bytes <= most ? bytes : split <= most ? split : least;
  node.left -= local;
  if (at + local > Math.min(page.length, usable) || node.left < 0) return null;
  const parts = [page.subarray(at, at + local)];
  let left = bytes - local;
  let next = left > 0 && at + local + 4 <= Math.min(page.length, usable) ? page.readUInt32BE(at + local) : 0;
  while (left > 0) {
    const more = next > 1 && isOwn(node, next) ? pages.page(next) : null;
    if (more === null || more.length < 4 + Math.min(left, usable - 4)) return null;
    node.overflows.add(next);
    node.owners.set(next, node.number);
    parts.push(more.subarray(4, 4 + Math.min(left, usable - 4)));
    left -= usable - 4;
    next = more.readUInt32BE(0);
  }
  return Buffer.concat(parts, bytes);
}

function isOwn({ number, owners, overflows }: OpenNode, page: number): boolean {
  return !overflows.has(page) && (owners.get(page) ?? number) === number;
}
