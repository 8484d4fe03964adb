import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { columns } from './columns.ts';
import { matrix } from './matrix.ts';
import { diskFaults } from './worlds/disk.ts';
import { gatewayFaults } from './worlds/gateway.ts';
import { ledgerFaults } from './worlds/ledger.ts';
import { processFaults } from './worlds/process.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const rows = Object.values(matrix).flat();

describe('The matrix of faults', () => {
  test.each(rows)('every command has exactly one test while there is: $title', ({ here, seen }) => {
    const cells = [...here, ...Object.values(seen).flat()];
    expect([...cells].sort()).toEqual([...columns].sort());
  });

  test('every test file that it names exists', () => {
    const named = [...new Set(rows.flatMap(({ seen }) => Object.keys(seen)))];
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((file) => !existsSync(root + file))).toEqual([]);
  });

  test.each([
    ['disk', diskFaults],
    ['ledger', ledgerFaults],
    ['gateway', gatewayFaults],
    ['process', processFaults],
  ] as const)('every fault of the %s is run, in the order of the table', (group, faults) => {
    expect(faults.map(({ title }) => title)).toEqual(matrix[group].map(({ title }) => title));
  });
});
