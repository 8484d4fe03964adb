import { expect, test } from 'vitest';
import { leftNote } from '../../../src/report/keep/pruneText.ts';
import { because } from '../../support/because.ts';

test.skipIf(because(process.platform === 'win32', 'Windows'))('a path in a command to type is quoted', () => {
  const note = leftNote({ left: 4096, why: 'too-large' }, "/srv/my app's/a.db");
  expect(note?.hint).toContain("`sqlite3 '/srv/my app'\\''s/a.db' 'PRAGMA");
});
