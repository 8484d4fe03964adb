import { expect, test } from 'vitest';
import { leftNote, type Pruned, pruneText } from '../../../src/report/keep/pruneText.ts';
import { because } from '../../support/because.ts';

test.skipIf(because(process.platform === 'win32', 'Windows'))('a path in a command to type is quoted', () => {
  const note = leftNote({ left: 4096, why: 'too-large' }, "/srv/my app's/a.db");
  expect(note?.hint).toContain("`sqlite3 '/srv/my app'\\''s/a.db' 'PRAGMA");
});

test('the output says from which mark ages are counted back if it is not from now', () => {
  const pruned: Pruned = {
    isDry: false,
    keepMs: 400 * 86_400_000,
    until: '2025-01-01T00:00:00.000Z',
    countedFrom: '2026-02-05T00:00:00.000Z',
    deployments: 0,
    firstEndedAt: null,
    lastEndedAt: null,
    freedBytes: 0,
    freed: { left: 0, why: null },
    stayed: {},
  };
  expect(pruneText(pruned, { local: false })).toBe(
    'nothing to delete: no deployment that may be deleted ended more than 400d before the newest mark\n' +
      '--keep counts back from the newest mark, of 2026-02-05T00:00:00.000Z\n',
  );
});
