import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { table } from '../../src/report/terminal/table.ts';
import type { Column } from '../../src/report/terminal/tableColumn.ts';
import { displayWidth } from '../../src/report/terminal/width.ts';
import { hostileTexts, pipe, tagPaint, terminal } from './testView.ts';

const texts = (...all: string[]) => all.map((text) => ({ text }));
const columns: Column[] = [
  { title: 'NAME', rank: 1, cells: texts('a', 'longer') },
  { title: 'TIME', rank: 2, align: 'right', cells: texts('1s', '10s') },
  { title: 'ERROR', rank: 3, least: 6, cells: texts('', 'something went wrong') },
];

test('table columns are aligned, and no line ends in spaces', () => {
  expect(table(columns, terminal(80))).toEqual([
    'NAME    TIME  ERROR',
    'a         1s',
    'longer   10s  something went wrong',
  ]);
});

test('an empty cell in a pipe is a dash, and no column is missing', () => {
  const empty: Column = { title: 'EMPTY', rank: 4, cells: texts('', '') };
  expect(table([...columns, empty], pipe)[1]).toBe('a         1s  -                     -');
  expect(table([...columns, empty], terminal(80))[0]).toBe('NAME    TIME  ERROR');
});

describe('Tables on a narrow screen', () => {
  test('texts are cut first on a narrow screen, to the minimum of their column', () => {
    expect(table(columns, terminal(24))[2]).toBe('longer   10s  something…');
    expect(table(columns, terminal(20))[2]).toBe('longer   10s  somet…');
  });

  test('short forms are used next on a narrow screen, then the least important columns are dropped', () => {
    const id: Column = {
      title: 'ID',
      rank: 4,
      cells: [{ text: '2026-abcd', short: 'abcd' }, { text: '2026-ef' }],
    };
    expect(table([...columns.slice(0, 2), id], terminal(21))[1]).toBe('a         1s  abcd');
    expect(table(columns, terminal(19))).toEqual(['NAME    TIME', 'a         1s', 'longer   10s']);
    expect(table(columns, terminal(5))).toEqual(['NAME', 'a', 'long…']);
  });

  test('the space of a dropped column is given to the others', () => {
    const wide: Column = { title: 'W', rank: 9, cells: texts('x'.repeat(30), '') };
    const version: Column = {
      title: 'V',
      rank: 2,
      cells: [{ text: 'from 1 to 2', short: '2' }, { text: '3' }],
    };
    expect(table([version, wide], terminal(35))[1]).toBe(
      `2            ${'x'.repeat(30)}`.replace(/ +/, '  '),
    );
    expect(table([version, wide], terminal(20))[1]).toBe('from 1 to 2');
  });
});

test('colors apply to the text only', () => {
  const painted = table(
    [{ title: 'S', rank: 1, cells: [{ text: 'ok', style: 'good' }] }, columns[1] as Column],
    {
      ...terminal(80),
      paint: tagPaint,
    },
  );
  expect(painted).toEqual(['<dim>S</dim>   <dim>TIME</dim>', '<good>ok</good>    1s']);
});

test('no text breaks the table on any screen', () => {
  const text = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary', maxLength: 80 }));
  const cells = fc.array(text, { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(
      cells,
      cells,
      fc.integer({ min: 8, max: 120 }),
      fc.boolean(),
      (first, second, width, ascii) => {
        const lines = table(
          [
            { title: 'FIRST', rank: 1, least: 6, cells: texts(...first) },
            { title: 'SECOND', rank: 2, cells: texts(...second) },
          ],
          { ...terminal(width), ascii },
        );
        expect(lines).toHaveLength(4);
        for (const line of lines) {
          expect(displayWidth(line)).toBeLessThanOrEqual(width);
          expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
        }
      },
    ),
  );
});
