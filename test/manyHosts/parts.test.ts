import { describe, expect, test } from 'vitest';
import { lineOf } from '../../scripts/manyHosts/figures.ts';
import { fateOf } from '../../scripts/manyHosts/plan.ts';
import { gatewayOf } from '../../scripts/manyHosts/shard.ts';
import { page } from '../readme/document.ts';
import { markersOf } from '../soak/docs.ts';

const names = Array.from({ length: 1000 }, (_, number) => `host-${number}`);
const three = ['http://a:9091', 'http://b:9091', 'http://c:9091'];

describe('The parts of scripts/fleet', () => {
  test('a host has the same gateway in any order of the addresses, and each gateway has about a third of the hosts', () => {
    const chosen = names.map((name) => gatewayOf(name, three));
    expect(names.map((name) => gatewayOf(name, three.toReversed()))).toEqual(chosen);
    for (const address of three) {
      const own = chosen.filter((one) => one === address).length;
      expect(own).toBeGreaterThan(270);
      expect(own).toBeLessThan(400);
    }
  });

  test('a gateway more takes hosts from all others, and no other host moves', () => {
    const moved = names.filter(
      (name) => gatewayOf(name, three) !== gatewayOf(name, [...three, 'http://d:9091']),
    );
    expect(moved.length).toBeGreaterThan(200);
    expect(moved.length).toBeLessThan(300);
    expect(new Set(moved.map((name) => gatewayOf(name, [...three, 'http://d:9091'])))).toEqual(
      new Set(['http://d:9091']),
    );
  });

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
