import { expect, test } from 'vitest';
import { buckets } from '../../src/buckets.ts';
import { catalogue } from '../../src/metrics/catalogue.ts';
import type { Family } from '../../src/metrics/family.ts';
import { currentValues } from '../../src/metrics/samples.ts';

/** Number of series of one label set. */
function width({ type, buckets: bounds }: Family): number {
  return type === 'histogram' ? bounds.length + 3 : 1;
}

test('there are 41 metric families with distinct names', () => {
  expect(new Set(catalogue.map((family) => family.name)).size).toBe(41);
  expect(catalogue).toHaveLength(41);
});

test('a group has 378 series by default and 2254 if every cap is reached', () => {
  const sum = (which: 'default' | 'cap') => catalogue.reduce((total, { series }) => total + series[which], 0);
  expect({ default: sum('default'), cap: sum('cap') }).toEqual({ default: 378, cap: 2254 });
});

test('the number of series follows from labels and buckets if all label sets can exist at the same time', () => {
  const counted = catalogue.filter(({ type }) => type !== 'gauge');
  for (const family of counted) {
    const sizes = family.labels.map(({ name, vocabulary }, index) => {
      if (vocabulary.kind === 'closed') return vocabulary.values.length;
      // The cap of stages applies to pairs of service and stage.
      if (name === 'service' && family.labels[index + 1]?.name === 'stage') return 1;
      return vocabulary.kind === 'declared' ? vocabulary.cap : 1;
    });
    expect([family.name, family.series.cap]).toEqual([
      family.name,
      sizes.reduce((product, size) => product * size, width(family)),
    ]);
  }
});

test("each histogram has the ascending bounds of the ledger's file format", () => {
  const histograms = catalogue.filter(({ type }) => type === 'histogram');
  expect(Object.fromEntries(histograms.map((family) => [family.name, family.buckets]))).toEqual(buckets);
  for (const family of histograms) expect([...family.buckets].sort((a, b) => a - b)).toEqual(family.buckets);
});

test('names and labels are valid in the text format, and none is reserved', () => {
  for (const { name, labels } of catalogue) {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    for (const label of labels) {
      expect(label.name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(['job', 'instance', 'deployment', 'environment', 'le']).not.toContain(label.name);
    }
  }
});

test('every gauge has a current value, and of the stored totals only the sequence number has one', () => {
  const gauges = catalogue.filter(({ type }) => type === 'gauge').map(({ name }) => name);
  expect(Object.keys(currentValues).sort()).toEqual([...gauges, 'deploytrack_ledger_events_total'].sort());
});

test('amounts are stored in millionths, and events as whole numbers', () => {
  const inMillionths = catalogue
    .filter((family) => family.millionths && family.type === 'counter')
    .map(({ name }) => name);
  expect(inMillionths.sort()).toEqual([
    'deployment_cpu_usage_seconds',
    'deployment_error_budget_consumed_total',
    'deployment_infrastructure_cost_usd_total',
  ]);
});
