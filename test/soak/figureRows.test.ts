import { expect, test } from 'vitest';
import { figureTable, withOlder } from './figureRows.ts';

test('a run of some stages replaces their figures, keeps the others with their commit, and adds new ones', () => {
  const row = (what: string, result: string) => ({ what, tried: '3 commands', result });
  const older = figureTable([row('kills', '0 lost'), row('load', '0 wrong')], 'aaaaaaa');
  const newer = figureTable([row('load', '0 wrong, quicker'), row('groups', '0 wrong')], 'bbbbbbb');
  expect(withOlder(newer, `text before\n\n${older}\n\ntext after`).split('\n').slice(2)).toEqual([
    '| kills | 3 commands | 0 lost | aaaaaaa |',
    '| load | 3 commands | 0 wrong, quicker | bbbbbbb |',
    '| groups | 3 commands | 0 wrong | bbbbbbb |',
  ]);
});
