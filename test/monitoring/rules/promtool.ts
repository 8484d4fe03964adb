import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alerts } from '../../../src/monitoring/rules/alerts/alerts.ts';
import { type ChosenThresholds, noneChosen } from '../../../src/monitoring/rules/chosenThresholds.ts';
import {
  alertingGroups,
  type PrometheusAlert,
  recordingGroups,
} from '../../../src/monitoring/rules/groups.ts';
import type { AlertCase, Labels, Series } from './cases/series.ts';

/** The rule of an alert as shipped. */
export function shippedRule(name: string): PrometheusAlert {
  const [found] = rulesOf(name, noneChosen);
  if (found === undefined) throw new Error(`no alert ${name}`);
  return found;
}

/** The rules of an alert with changed thresholds: one rule or two. */
export function rulesOf(name: string, chosen: ChosenThresholds): PrometheusAlert[] {
  const rules = alertingGroups(chosen).groups.flatMap((group) => group.rules);
  return rules.filter((rule): rule is PrometheusAlert => 'alert' in rule && rule.alert === name);
}

/**
 * Runs the cases of one alert against its rules with `promtool test rules`; null if all are as expected, otherwise its
 * output.
 */
export function tryRules(rules: readonly PrometheusAlert[], cases: readonly AlertCase[]): string | null {
  const recorded = { groups: [...recordedFor(rules), { name: 'tried', rules }] };
  const interval = evaluationInterval(cases);
  return withFolder((folder) => {
    writeFileSync(join(folder, 'rules.yml'), JSON.stringify(recorded));
    const tests = {
      rule_files: ['rules.yml'],
      evaluation_interval: interval,
      tests: cases.map((one) => ({
        name: one.title,
        interval,
        input_series: inputSeries(one.series),
        promql_expr_test: [expectedAlerts(one, one.alert)],
      })),
    };
    return runTests(folder, tests);
  });
}

/** Between two scrapes and two evaluations: 15 s, or an hour if one of the cases lasts for days. */
export function evaluationInterval(cases: readonly AlertCase[]): string {
  const [own] = cases.flatMap((one) => one.interval ?? []);
  return own ?? (cases.some(({ at }) => at > 1000) ? '1h' : '15s');
}

/** The test that exactly the expected alerts fire, of a rule of this name. */
export function expectedAlerts(one: AlertCase, alertname: string) {
  const severity = alerts.find(({ name }) => name === one.alert)?.severity ?? '';
  return {
    expr: `ALERTS{alertname="${alertname}",alertstate="firing"}`,
    eval_time: `${one.at}m`,
    exp_samples: one.firing.map((labels) => ({
      labels: fired({ alertname, alertstate: 'firing', severity, ...labels }),
      value: 1,
    })),
  };
}

/**
 * The recording rules that these rules read, directly or indirectly; the others take time and change nothing.
 */
export function recordedFor(rules: readonly PrometheusAlert[]) {
  const { groups } = recordingGroups();
  const recording = groups.flatMap((group) => group.rules.filter((rule) => 'record' in rule));
  const read = new Set<string>();
  const add = (expr: string) => {
    const words = new Set(expr.match(/[\w:]+/g));
    for (const { record, expr: own } of recording)
      if (words.has(record) && !read.has(record)) {
        read.add(record);
        add(own);
      }
  };
  for (const { expr } of rules) add(expr);
  return groups
    .map((group) => ({
      ...group,
      rules: group.rules.filter((rule) => 'record' in rule && read.has(rule.record)),
    }))
    .filter((group) => group.rules.length > 0);
}

export function inputSeries(series: Series): { series: string; values: string }[] {
  return Object.entries(series).map(([name, values]) => ({ series: name, values }));
}

/** Runs a file of tests next to its rules; null if all are as expected, otherwise the output of promtool. */
export function runTests(folder: string, tests: unknown): string | null {
  const file = join(folder, 'tests.yml');
  writeFileSync(file, JSON.stringify(tests));
  const { status, stdout, stderr, error } = spawnSync('promtool', ['test', 'rules', file], {
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  return status === 0 ? null : `${stdout}${stderr}`;
}

export function withFolder<Result>(use: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-rules-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fired(labels: Labels): string {
  return `ALERTS{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}}`;
}
