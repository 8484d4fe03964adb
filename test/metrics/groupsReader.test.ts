import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exposition, groupLabels } from '../../src/metrics/exposition.ts';
import { GroupsReader } from '../../src/metrics/groupsReader.ts';
import { GroupReader } from '../../src/metrics/parse.ts';
import { groupSamples } from '../../src/metrics/samples.ts';
import type { GroupKey } from '../../src/model.ts';
import { fullSnapshot } from '../support/fullSnapshot.ts';

const linesOf = (key: GroupKey): string[] =>
  exposition(groupSamples(fullSnapshot({ key })), { constantLabels: groupLabels(key) }).split('\n');

test('several groups are read as each alone is, whatever their names are', () => {
  const name = fc.string({ unit: fc.constantFrom('"', '\\', '\n', '{', ',', '=', ' ', 'é', 'A', 'b', 'n') });
  const keys = fc.uniqueArray(fc.record({ instance: name, deployment: name, environment: name }), {
    minLength: 2,
    maxLength: 4,
    selector: (key) => JSON.stringify(groupLabels(key)),
  });
  fc.assert(
    fc.property(keys, (all) => {
      const lines = all.flatMap(linesOf);
      const [, ...asked] = all;
      const reader = new GroupsReader({ keys: asked, ledgerId: 'another' });
      for (const line of lines) reader.take(line);
      for (const key of asked) {
        const alone = new GroupReader(key);
        for (const line of lines) alone.take(line);
        expect(alone.result().exists).toBe(true);
        expect(reader.group(key)).toEqual(alone.result());
      }
    }),
    { numRuns: 25 },
  );
});

test('other groups of the same ledger are found, and none of another one', () => {
  const key = (instance: string) => ({ instance, deployment: 'app', environment: 'production' });
  const reader = new GroupsReader({ keys: [key('web-1')], ledgerId: 'ledger-1' });
  for (const line of [...linesOf(key('web-1')), ...linesOf(key('web-2'))]) reader.take(line);
  reader.take(
    'deploytrack_ledger_info{job="deploytrack",instance="web-3",deployment="app",environment="production",ledger="ledger-2"} 1',
  );
  expect(reader.others()).toEqual([key('web-2')]);
});

test('a ledger with a thousand groups reads a gateway about as fast as one with a single group', () => {
  const key = (instance: string) => ({ instance, deployment: 'app', environment: 'production' });
  const lines = Array.from({ length: 20 }, (_, at) => linesOf(key(`other-${at}`))).flat();
  const took = (groups: number) => {
    const keys = Array.from({ length: groups }, (_, at) => key(`own-${at}`));
    const reader = new GroupsReader({ keys, ledgerId: 'ledger-1' });
    const beganMs = performance.now();
    for (const line of lines) reader.take(line);
    return performance.now() - beganMs;
  };
  const least = (groups: number) => Math.min(...Array.from({ length: 5 }, () => took(groups)));
  least(1);
  expect(least(1000)).toBeLessThan(10 * least(1));
});
