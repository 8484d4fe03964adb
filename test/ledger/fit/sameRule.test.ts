import { expect, test } from 'vitest';
import { findDeployment, openDeployments } from '../../../src/ledger/deployments.ts';
import { lookAtRows, withFitRows } from '../../../src/ledger/fit/views.ts';
import { readHistory } from '../../../src/ledger/read/deployments.ts';
import { ledgerWorld } from '../ledgerWorld.ts';
import { phaseStartMark, startMark } from '../makeMarks.ts';

const names = ['deployment', 'environment', 'instance', 'service'];
const long = (length: number) => `printf('%.*c', ${length}, 'x')`;

test.each([
  ...names.flatMap((name) =>
    ['NULL', "''", '7', "x'00'", long(40_000), long(2_000_000)].map((value) => `${name} = ${value}`),
  ),
  ...['7', "''", long(40_000), long(2_000_000)].map((value) => `version = ${value}`),
  ...['NULL', "'done'"].map((value) => `deployment_status = ${value}`),
  ...["'20:30'", "'never'", "'2026-11-28T10:00:00Z'"].map((value) => `deployment_started_at = ${value}`),
  "deployment_completed_at = 'never'",
  'discarded = 2',
  'fragment = 2',
  'total_duration = -1',
  "notes = x'00'",
])('marks reject a row exactly if doctor reports that it is left out of reports: %s', (change) => {
  const world = ledgerWorld();
  const { database } = world;
  world.apply(startMark(world.context.instant()));
  database.exec(`UPDATE deployment_metrics SET ${change}`);
  const told: string[] = [];
  const shown = withFitRows(database, {
    tables: 'all',
    leftOut: (what) => told.push(what),
    work: () => {
      lookAtRows(database, ['deployment_metrics']);
      return readHistory(database, {});
    },
  });
  const why = told.find((what) => what.includes('was left out'))?.replace('was left out', 'cannot be used');
  let refused: string | undefined;
  try {
    findDeployment(database, 'd1');
  } catch (error) {
    refused = (error as Error).message;
  }
  expect([refused, shown.length]).toEqual([why, why === undefined ? 1 : 0]);
  if (why !== undefined) return expect(openDeployments(database, {})).toEqual([]);
  const [open] = openDeployments(database, {});
  expect(open).toEqual(findDeployment(database, 'd1'));
  for (const name of names) expect(open?.[name as 'service']).toBeTypeOf('string');
  expect(() => world.apply(phaseStartMark(world.context.instant(), { stage: 'x' }))).not.toThrow();
});
