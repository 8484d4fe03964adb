import { expect, test } from 'vitest';
import { allValue, substitute } from '../../../scripts/dashboards/substitute.ts';
import { variableValues } from '../../../scripts/dashboards/variableValues.ts';
import { asking, dashboards, queries } from './shipped.ts';

const chosen = { rangeSeconds: 3600, rateIntervalSeconds: 4, intervalSeconds: 1 };

test('every query, variable and annotation of the JSON is listed', () => {
  const count = (of: string) => queries.filter((query) => query.of === of).length;
  expect(count('panel')).toBe(asking.flatMap(({ panel }) => panel.targets ?? []).length);
  expect(count('annotation')).toBe(3 * Object.keys(dashboards).length);
  expect(count('variable')).toBe(3 * Object.keys(dashboards).length + 1);
});

test('variables are substituted as in Grafana: one value, several, all, and values with special characters', () => {
  const expr = `increase(x{a=~"$a",b=~"$${'{b}'}",c=~"$c"}[$__range]) / rate(y[$__rate_interval])`;
  const values = { a: 'a.b+"c', b: ['x', 'y'], c: allValue };
  expect(substitute(expr, { ...chosen, values })).toBe(
    'increase(x{a=~"a\\\\.b\\\\+\\"c",b=~"(x|y)",c=~".+"}[3600s]) / rate(y[4s])',
  );
  expect(substitute(`f("$${'{p:raw}'}", "$1")`, { ...chosen, values: { p: 'http://x.y' } })).toBe(
    'f("http://x.y", "$1")',
  );
  expect(() => substitute('$nobody', { ...chosen, values })).toThrow('nobody has no value');
});

test('the values of a variable come from the series of its query', async () => {
  const asked: string[] = [];
  const ask = async (expr: string) => {
    asked.push(expr);
    return [
      { labels: { id: 'b' }, value: 1 },
      { labels: { id: 'a' }, value: 2 },
    ];
  };
  expect(await variableValues('label_values(info{a=~".+",b="c, d"}, id)', ask)).toEqual(['a', 'b']);
  expect(await variableValues('label_values(id)', ask)).toEqual(['a', 'b']);
  expect(await variableValues('query_result(topk(1, x))', ask)).toEqual(['{"id":"a"} 2', '{"id":"b"} 1']);
  expect(asked).toEqual(['count by (id) (info{a=~".+",b="c, d"})', 'count by (id) ({id!=""})', 'topk(1, x)']);
  await expect(variableValues('metrics(x)', ask)).rejects.toThrow('neither');
});
