import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the types of the rows match the schema', () => {
  const print = "import('./scripts/rowsText.mjs').then(({ rowsText }) => process.stdout.write(rowsText()))";
  const wanted = execFileSync(process.execPath, ['-e', print], { encoding: 'utf8' });
  expect(readFileSync('src/ledger/rows.ts', 'utf8'), 'run npm run generate').toBe(wanted);
});
