import { describe, expect, test } from 'vitest';
import { variableExpression } from '../../../scripts/dashboards/variableValues.ts';
import { sample, selectors, syntaxErrors } from './promql.ts';
import { asking, dashboards, queries } from './shipped.ts';

/*
 * The rules of grafana/dashboard-linter, by their names there. It is a Go program that none of our package
 * managers has, so they are written again, for panels of every type (the linter knows five). Left out:
 * template-job-rule and target-job-rule, since `job` is always `deploytrack`; the variable and matchers of
 * template-instance-rule and target-instance-rule have a test in contents.test.ts;
 * target-logql-rule and target-logql-auto-rule, since nothing here queries Loki.
 */
const ofPanels = queries.filter((query) => query.of === 'panel');
const units = ['s', 'ms', 'bytes', 'percent', 'percentunit', 'short', 'none', 'currencyUSD'];

describe.each(Object.entries(dashboards))('Dashboard %s', (_, json) => {
  const variables = json.templating.list;

  test('the dashboard has a variable for its data source (template-datasource-rule)', () => {
    const sources = variables.filter(({ type }) => type === 'datasource');
    expect(sources).toMatchObject([{ name: 'datasource', label: 'Data source', query: 'prometheus' }]);
  });

  test('variables of the dashboard have valid queries (template-label-promql-rule)', () => {
    const asked = variables.filter(({ type }) => type === 'query');
    expect(asked.length).toBeGreaterThan(1);
    for (const { query } of asked) {
      if (typeof query === 'string') throw new Error(`a query of an old form: ${query}`);
      expect(syntaxErrors(sample(variableExpression(query.query).expr))).toEqual([]);
    }
  });

  test('variables of the dashboard reload when the time range changes (template-on-time-change-reload-rule)', () => {
    for (const { refresh } of variables.filter(({ type }) => type === 'query')) expect(refresh).toBe(2);
  });

  test('the dashboard is not editable (uneditable-dashboard)', () => {
    expect(json.editable).toBe(false);
  });
});

describe.each(asking)('Panel $dashboard: $title', ({ panel }) => {
  test('the panel and its queries use the variable data source (panel-datasource-rule)', () => {
    expect(panel.datasource?.uid).toBe('$' + '{datasource}');
    for (const target of panel.targets ?? []) expect(target.datasource.uid).toBe('$' + '{datasource}');
  });

  test('the panel has a title and a description (panel-title-description-rule)', () => {
    expect(panel.title).not.toBe('');
    expect(panel.description ?? '').toMatch(/^[A-Z].*\.$/s);
  });

  test('the panel has a valid unit (panel-units-rule)', () => {
    expect(units).toContain(panel.fieldConfig?.defaults.unit);
  });

  test('the panel has queries (panel-no-targets-rule)', () => {
    expect(panel.targets?.length).toBeGreaterThan(0);
  });
});

describe.each(ofPanels)('Query $dashboard: $panel, $refId', ({ expr }) => {
  test('the query is valid PromQL (target-promql-rule)', () => {
    expect(syntaxErrors(sample(expr))).toEqual([]);
  });

  test('the query uses rate() only with $__rate_interval (target-rate-interval-rule)', () => {
    const rates = rangesOf(expr).filter(({ inFunction }) => inFunction === 'rate' || inFunction === 'irate');
    expect(rates.filter(({ range }) => range !== '240s')).toEqual([]);
  });

  test('the query aggregates counters correctly (target-counter-agg-rule)', () => {
    expect(rawCounters(expr)).toEqual([]);
  });
});

test('the linter rules for ranges and counters find the faults they are for', () => {
  expect(rangesOf('rate(x_total{a="b"}[5m])')).toEqual([
    { metric: 'x_total', inFunction: 'rate', range: '5m' },
  ]);
  expect(rawCounters('sum(x_total{a="b"})')).toEqual(['x_total']);
  expect(rawCounters('max_over_time(x_total[5m])')).toEqual(['x_total']);
  expect(rawCounters('sum(increase(x_total{a="b"}[$__range])) / y')).toEqual([]);
});

function rangesOf(expr: string) {
  return selectors(sample(expr)).filter(({ range }) => range !== null);
}

function rawCounters(expr: string): string[] {
  return selectors(sample(expr))
    .filter(
      ({ metric, inFunction }) =>
        metric.endsWith('_total') && !['rate', 'irate', 'increase'].includes(inFunction ?? ''),
    )
    .map(({ metric }) => metric);
}
