import fc from 'fast-check';
import { expect, test } from 'vitest';
import { place } from '../../src/push/shards/place.ts';
import { rank } from '../../src/push/shards/rank.ts';

const three = ['http://gateway-1:9091', 'http://gateway-2:9091', 'https://metrics.example/gateway-3'].map(
  (url) => ({ url }),
);

/** Computed with `hashlib.sha256` of Python. */
test.each([
  ['web-1', [0, 2, 1]],
  ['web-2', [1, 2, 0]],
  ['db-7', [1, 2, 0]],
  ['zürich-日本', [1, 0, 2]],
  ['host-a', [1, 0, 2]],
] as const)('the gateways of %s have the same rank on every host', (instance, order) => {
  expect(rank(three, instance)).toEqual(order.map((at) => three[at]));
});

const gateways = fc
  .uniqueArray(fc.webUrl({ validSchemes: ['http', 'https'] }), { minLength: 1, maxLength: 12 })
  .map((urls) => urls.map((url) => ({ url })));
const instance = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' });

test('the rank does not depend on the order of the gateways in the setting', () => {
  fc.assert(
    fc.property(
      gateways.chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
      ),
      instance,
      ([all, shuffled], name) => {
        expect(rank(shuffled, name)).toEqual(rank(all, name));
      },
    ),
  );
});

test('a gateway that is added or removed changes nothing in the rank of the others', () => {
  fc.assert(
    fc.property(gateways, fc.nat(), instance, (all, at, name) => {
      const one = all[at % all.length];
      const others = all.filter((gateway) => gateway !== one);
      expect(rank(others, name)).toEqual(rank(all, name).filter((gateway) => gateway !== one));
    }),
  );
});

/** The number of hosts of each gateway; three thousand hosts with names as they are used. */
function loads(urls: readonly string[], prefix: string): Map<string, number> {
  const all = urls.map((url) => ({ url }));
  const counts = new Map(urls.map((url) => [url, 0]));
  for (let at = 0; at < 3000; at += 1) {
    const [first] = rank(all, `${prefix}-${at}`);
    counts.set(first?.url ?? '', (counts.get(first?.url ?? '') ?? 0) + 1);
  }
  return counts;
}

test('the hosts are spread evenly, and a new gateway takes its share and no more', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 8 }),
      fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'abcdefghij-.0123456789') }),
      (count, prefix) => {
        const urls = Array.from({ length: count }, (_, at) => `http://pushgateway-${at}:9091`);
        for (const number of loads(urls, prefix).values()) expect(isFair(number, 1 / count)).toBe(true);
        const more = [...urls, 'http://one-more:9091'];
        expect(isFair(loads(more, prefix).get('http://one-more:9091') ?? 0, 1 / more.length)).toBe(true);
      },
    ),
    { numRuns: 20 },
  );
});

/** Within six standard deviations of a binomial distribution: one of 10^8 fair spreads is not. */
function isFair(number: number, share: number): boolean {
  return Math.abs(number - 3000 * share) <= 6 * Math.sqrt(3000 * share * (1 - share));
}

const placing = {
  gateways: three,
  hasFailover: true,
  mayMove: true,
  insist: false,
  down: new Set<string>(),
  isPaused: () => false,
};
const [first, second, third] = rank(three, 'web-1') as [{ url: string }, { url: string }, { url: string }];
const web = { instance: 'web-1', adoptedUrl: first.url };

test.each([
  ['the first by rank', {}, first],
  ['with failover the next, if the first failed in this command', { down: new Set([first.url]) }, second],
  [
    'with failover the next, if the first failed recently',
    { isPaused: (url: string) => url === first.url },
    second,
  ],
  ['the first although it failed recently, if it insists', { isPaused: () => true, insist: true }, first],
  ['the first if all failed recently', { isPaused: () => true }, first],
  ['none if all failed in this command', { down: new Set(three.map(({ url }) => url)) }, null],
  ['none without failover if the first failed', { hasFailover: false, down: new Set([first.url]) }, null],
] as const)('a command that may move a group uses %s', (_, how, expected) => {
  expect(place(web, { ...placing, ...how })).toBe(expected);
});

test.each([
  ['none if that failed in this command', { down: new Set([first.url]) }, null],
  ['also if that failed recently', { isPaused: () => true }, first],
] as const)('a group that was never pushed waits for the first gateway: %s', (_, how, expected) => {
  expect(place({ ...web, adoptedUrl: null }, { ...placing, ...how })).toBe(expected);
});

test.each([
  ['with failover where the group is', { hasFailover: true }, third],
  ['without failover only the first by rank', { hasFailover: false }, first],
] as const)('a mark uses %s', (_, how, expected) => {
  expect(place({ ...web, adoptedUrl: third.url }, { ...placing, ...how, mayMove: false })).toBe(expected);
});
