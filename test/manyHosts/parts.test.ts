import { describe, expect, test } from 'vitest';
import { lineOf } from '../../scripts/manyHosts/figures.ts';
import { fateOf } from '../../scripts/manyHosts/plan.ts';
import { page } from '../readme/document.ts';
import { markersOf } from '../soak/docs.ts';

describe('The parts of scripts/fleet', () => {
  test('five of a hundred hosts do not get the new version', () => {
    const fates = Array.from({ length: 100 }, (_, number) => fateOf(number));
    expect(fates.filter((fate) => fate !== 'success').toSorted()).toEqual([
      'migration-failed',
      'migration-failed',
      'rolled-back-later',
      'unhealthy',
      'unhealthy',
    ]);
  });

  test.each([
    { store: 200, victoria: 200, isSame: true },
    { store: 199, victoria: 200, isSame: false },
    { store: 200, victoria: 201, isSame: false },
    { store: 200, victoria: Number.NaN, isSame: false },
    { store: null, victoria: null, isSame: true },
  ])('a figure of 200 compared with $store and $victoria: $isSame', ({ store, victoria, isSame }) => {
    expect(lineOf({ what: 'deployments', ledgers: 200, store, victoria }).isSame).toBe(isSame);
  });

  test('the page about fleets has a place for the figures', () => {
    const [begin, end] = markersOf('fleet');
    expect(page('docs/fleet.md').text).toMatch(new RegExp(`${begin}[^]*${end}`));
  });
});
