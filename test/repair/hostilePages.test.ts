import { expect, test } from 'vitest';
import type { Pages } from '../../src/ledger/repair/pages.ts';
import { newWalk, readLeaf } from '../../src/ledger/repair/tree.ts';

const pageBytes = 4096;

/** A file in memory that counts how often a page of it is read. */
function countedPages(made: readonly Buffer[]): { pages: Pages; reads: () => number } {
  let reads = 0;
  const page = (number: number) => {
    reads += 1;
    return made[number - 1] ?? null;
  };
  return {
    pages: { pageBytes, usableBytes: pageBytes, count: made.length, page },
    reads: () => reads,
  };
}

/** A leaf of a table with many cells that are all the same bytes. */
function leafOf(cell: Buffer): Buffer {
  const leaf = Buffer.alloc(pageBytes);
  const at = pageBytes - cell.length;
  cell.copy(leaf, at);
  leaf[0] = 13;
  const cells = Math.floor((at - 8) / 2);
  leaf.writeUInt16BE(cells, 3);
  for (let index = 0; index < cells; index += 1) leaf.writeUInt16BE(at, 8 + index * 2);
  return leaf;
}

/** 16,000,000 bytes, with their first 489 here and the rest from page 3 on. */
const endless = () => {
  const cell = Buffer.alloc(5 + 489 + 4, 1);
  Buffer.from([0x87, 0xd0, 0xc8, 0x00, 5]).copy(cell);
  cell.writeUInt32BE(3, cell.length - 4);
  return cell;
};

test('a cell whose rest is on a page that leads to itself is read once, not once per cell and round', () => {
  const circle = Buffer.alloc(pageBytes);
  circle.writeUInt32BE(3);
  const { pages, reads } = countedPages([Buffer.alloc(pageBytes), leafOf(endless()), circle]);
  expect(readLeaf(newWalk(pages), 2)).toMatchObject({ isWhole: false, entries: [] });
  expect(reads()).toBeLessThan(10);
});

test('a cell that a page names a thousand times is one row at most', () => {
  const text = Buffer.alloc(2000, 'a');
  const record = Buffer.concat([Buffer.from([3, 0x9f, 0x2d]), text]);
  const cell = Buffer.concat([Buffer.from([0x8f, 0x53, 7]), record]);
  const { pages } = countedPages([Buffer.alloc(pageBytes), leafOf(cell)]);
  const leaf = readLeaf(newWalk(pages), 2);
  expect(leaf?.isWhole).toBe(false);
  expect(leaf?.entries.length).toBeLessThanOrEqual(2);
});

test('a page with the rest of a cell belongs to one leaf only', () => {
  const rest = Buffer.alloc(pageBytes);
  const cell = Buffer.concat([Buffer.from([0xa7, 0x10, 7]), Buffer.alloc(916, 1), Buffer.from([0, 0, 0, 4])]);
  const one = leafOf(cell);
  const { pages, reads } = countedPages([Buffer.alloc(pageBytes), one, one, rest]);
  const walk = newWalk(pages);
  readLeaf(walk, 2);
  const before = reads();
  readLeaf(walk, 3);
  expect(reads() - before).toBe(1);
});
