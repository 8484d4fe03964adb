import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { variableExpression } from '../../../scripts/dashboards/variableValues.ts';
import { catalogue } from '../../../src/metrics/catalogue.ts';
import { burnRates } from '../../../src/monitoring/rules/objectives.ts';
import { sample, selectors, syntaxErrors } from './promql.ts';
import { queries } from './shipped.ts';

const expressions = queries.map((query) => ({
  ...query,
  promql: sample(query.of === 'variable' ? variableExpression(query.expr).expr : query.expr),
}));

/** Series that Prometheus, its rules or the gateway create themselves. */
const notPushed = [
  'ALERTS',
  'push_time_seconds',
  'deployment_stage_duration_seconds',
  'deployment_duration_seconds',
];

describe("Parser of Prometheus's own editor", () => {
  test.each(expressions)('the parser accepts $dashboard: $panel, $refId', ({ promql }) => {
    expect(syntaxErrors(promql)).toEqual([]);
  });

  test('the parser rejects an invalid expression', () => {
    expect(syntaxErrors('histogram_quantile(0.95, rate(x[5m])) by (stage)')).not.toEqual([]);
    expect(syntaxErrors('sum(x')).not.toEqual([]);
  });
});

test('promtool accepts every expression, and rejects a broken one', () => {
  const { status, stderr } = checkRules(expressions.map(({ promql }) => promql));
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(checkRules(['sum by (a) (rate(x))']).status).not.toBe(0);
});

test('every queried series is in the catalog, with a suffix only if it has one', () => {
  const known = new Set([
    ...notPushed,
    ...burnRates.map(({ record }) => record),
    ...catalogue.flatMap(({ name, type }) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name],
    ),
  ]);
  const asked = new Set(expressions.flatMap(({ promql }) => selectors(promql).map(({ metric }) => metric)));
  expect([...asked].filter((name) => !known.has(name))).toEqual([]);
  expect(asked.size).toBeGreaterThan(25);
});

function checkRules(exprs: readonly string[]) {
  const rules = exprs.map((expr, index) => ({ record: `expression:${index}`, expr }));
  const folder = mkdtempSync(join(tmpdir(), 'promql-'));
  try {
    const file = join(folder, 'rules.yml');
    // JSON is valid YAML.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    const { status, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
    return { status, stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
