import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exposition, groupLabels } from '../../src/metrics/exposition.ts';
import { GroupReader, type RemoteGroupText } from '../../src/metrics/parse.ts';
import { parseLine } from '../../src/metrics/parseLine.ts';
import { groupSamples } from '../../src/metrics/samples.ts';
import type { GroupKey } from '../../src/model.ts';
import { fullSnapshot } from '../support/fullSnapshot.ts';

const key: GroupKey = { instance: 'Host-A', deployment: 'gateway', environment: 'production' };
const ours = 'job="deploytrack",instance="host-a",deployment="gateway",environment="production"';

function held(text: string, of: GroupKey = key): RemoteGroupText {
  const reader = new GroupReader(of);
  for (const line of text.split('\n')) reader.take(line);
  return reader.result();
}

describe('Lines of the text format', () => {
  const any = fc.string({
    unit: fc.constantFrom('"', '\\', '\n', 'n', '{', '}', ',', '=', ' ', 'é', '🚀', '\r', '\t', '#', 'a'),
  });

  test('any label value that was escaped into a line is parsed back', () => {
    const escaped = (text: string) =>
      text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
    fc.assert(
      fc.property(any, any, (first, second) => {
        const sample = parseLine(`x_total{a="${escaped(first)}",b="${escaped(second)}"} 1.5e+09`);
        expect(sample).toEqual({
          name: 'x_total',
          labels: new Map([
            ['a', first],
            ['b', second],
          ]),
          value: '1.5e+09',
        });
      }),
    );
  });

  test.each([
    ['x 1', 'x', {}, '1'],
    ['x{} NaN', 'x', {}, 'NaN'],
    ['x{a="1",} +Inf', 'x', { a: '1' }, '+Inf'],
    ['  x { a = "1" , b = "2" }  3 1700000000000', 'x', { a: '1', b: '2' }, '3'],
  ])('%j is parsed as a sample', (line, name, labels, value) => {
    expect(parseLine(line)).toEqual({ name, labels: new Map(Object.entries(labels)), value });
  });

  test.each([
    '',
    '# HELP x y',
    '# TYPE x counter',
    'x',
    'x{a="1"',
    'x{a="1} 2',
    'x{a=1} 2',
    '{a="1"} 2',
    '"x" 1',
  ])('%j is not parsed as a sample', (line) => {
    expect(parseLine(line)).toBeNull();
  });

  test('no line stops the parser, however broken it is', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), any, (junk, more) => {
        const line = `deployment_total{${ours},status="${junk}${more}`;
        const { totals } = held(`${line}\n${junk}\n${more}\ndeployment_warning_total{${ours}} 7`);
        expect(totals).toContainEqual({ family: 'deployment_warning_total', labels: [], part: '', value: 7 });
        expect(totals.filter(({ value }) => !Number.isSafeInteger(value))).toEqual([]);
      }),
    );
  });
});

describe('Groups read from a gateway', () => {
  test('a rendered group is parsed back completely', () => {
    const snapshot = fullSnapshot({ key });
    const text = exposition(groupSamples(snapshot), { constantLabels: groupLabels(key) });
    const { totals, events, ledgerId } = held(text);
    expect({ events, ledgerId }).toEqual({ events: 123, ledgerId: 'ledger-1' });
    const again = { ...snapshot, totals, events: events ?? 0 };
    expect(exposition(groupSamples(again), { constantLabels: groupLabels(key) })).toBe(text);
  });

  test('a group of another instance, deployment, environment or job is ignored', () => {
    const others = ['host-a', 'gateway', 'production', 'deploytrack'].map((value) =>
      ours.replace(`"${value}"`, '"other"'),
    );
    for (const labels of others) {
      expect(held(`deployment_total{${labels},status="success"} 5\npush_time_seconds{${labels}} 1`)).toEqual({
        exists: false,
        pushedAtSeconds: null,
        ledgerId: null,
        events: null,
        totals: [],
      });
    }
  });

  test('a group with an additional label belongs to another program', () => {
    const lines = [
      'deployment_total',
      'push_time_seconds',
      'deploytrack_ledger_events_total',
      'deploytrack_ledger_info',
    ];
    const text = lines.map((name) => `${name}{${ours},shard="1"} 5`).join('\n');
    expect(held(text)).toEqual({
      exists: false,
      pushedAtSeconds: null,
      ledgerId: null,
      events: null,
      totals: [],
    });
  });

  test('a group whose pushes were all rejected exists, but was never pushed', () => {
    const text = `push_failure_time_seconds{${ours}} 1.7e+09\npush_time_seconds{${ours}} 0`;
    expect(held(text)).toMatchObject({ exists: true, pushedAtSeconds: 0, totals: [] });
  });

  test('amounts become whole millionths, even if they are printed as floats', () => {
    const text = `deployment_cpu_usage_seconds{${ours}} 1.234567891234e+09\ndeployment_warning_total{${ours}} 3`;
    expect(held(text).totals).toEqual([
      { family: 'deployment_cpu_usage_seconds', labels: [], part: '', value: 1234567891234000 },
      { family: 'deployment_warning_total', labels: [], part: '', value: 3 },
    ]);
  });

  test('buckets in any order become separate counts, and a series at 0 is stored by its sum', () => {
    const name = 'deployment_downtime_seconds';
    const bucket = (le: string, count: number) => `${name}_bucket{${ours},le="${le}"} ${count}`;
    const text = [
      bucket('+Inf', 6),
      bucket('30', 5),
      bucket('1', 2),
      bucket('2.5', 2),
      `${name}_sum{${ours}} 40.5`,
      `${name}_count{${ours}} 6`,
    ];
    const total = (part: string, value: number) => ({ family: name, labels: [], part, value });
    expect(held(text.join('\n')).totals).toEqual([
      total('1', 2),
      total('30', 3),
      total('+Inf', 1),
      total('sum', 40_500_000),
    ]);
    expect(held(`${name}_count{${ours}} 0`).totals).toEqual([total('sum', 0)]);
  });

  test('a counter whose name ends in _count is not part of a histogram', () => {
    expect(held(`deployment_rollback_count{${ours}} 4`).totals).toEqual([
      { family: 'deployment_rollback_count', labels: [], part: '', value: 4 },
    ]);
  });

  test.each(['NaN', '+Inf', '-3', '1e300'])('a counter of %s counts as 0', (value) => {
    expect(held(`deployment_warning_total{${ours}} ${value}`).totals).toMatchObject([{ value: 0 }]);
  });

  test('gauges are not read back', () => {
    expect(held(`deployment_status{${ours},status="success"} 1`)).toMatchObject({
      exists: false,
      totals: [],
    });
  });
});
