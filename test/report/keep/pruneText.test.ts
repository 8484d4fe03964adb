import { expect, test } from 'vitest';
import { leftNote } from '../../../src/report/keep/pruneText.ts';

test.skipIf(process.platform === 'win32')('a path in a command to type is quoted', () => {
  const note = leftNote({ left: 4096, why: 'too-large' }, "/srv/my app's/a.db");
  expect(note?.hint).toContain("`sqlite3 '/srv/my app'\\''s/a.db' 'PRAGMA");
});
