import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PrometheusAlert } from '../../../src/monitoring/rules/groups.ts';
import type { AlertCase } from './cases/series.ts';
import { evaluationInterval, expectedAlerts, inputSeries, recordedFor, withFolder } from './promtool.ts';

/** One rule with the cases in which it is tried; several rules of one alert may share a case. */
export interface Trial {
  /** Unique; the rule is renamed to it, so that the output says which one it was. */
  readonly name: string;
  readonly rule: PrometheusAlert;
  readonly cases: readonly AlertCase[];
}

/** How promtool begins what it says about an expression that had another result. */
const aboutTrial = /^\s*expr: "ALERTS\{alertname=\\"(?<name>[^"\\]+)\\"/m;

/**
 * Runs all trials in one process of promtool, which is several times cheaper than one process for each. Rules of one
 * list share the data of their cases. Returns what promtool says by the name of the trial; nothing for one with the
 * expected results. Throws if promtool cannot read or evaluate the rules.
 */
export function tryTogether(lists: readonly (readonly Trial[])[]): ReadonlyMap<string, string> {
  return withFolder((folder) => {
    const files = lists.map((trials, index) => {
      const own = join(folder, String(index));
      mkdirSync(own);
      writeFileSync(join(own, 'rules.yml'), JSON.stringify(rulesOf(trials)));
      writeFileSync(join(own, 'tests.yml'), JSON.stringify(testsOf(trials)));
      return join(own, 'tests.yml');
    });
    const { stdout, stderr, error } = spawnSync('promtool', ['test', 'rules', ...files], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (error !== undefined) throw error;
    const [before = '', ...said] = stderr.split(/^(?=\s*expr: ")/m);
    const others = [before, ...said.filter((text) => !aboutTrial.test(text))].filter((text) =>
      /[a-z]/.test(text.replaceAll('FAILED:', '')),
    );
    const tested = stdout.match(/^Unit Testing: /gm)?.length;
    if (others.length > 0 || tested !== files.length) throw new Error(`${stdout}${others.join('')}`);
    const byName = new Map<string, string>();
    for (const text of said) {
      const name = aboutTrial.exec(text)?.groups?.name ?? '';
      byName.set(name, `${byName.get(name) ?? ''}${text}`);
    }
    return byName;
  });
}

function rulesOf(trials: readonly Trial[]) {
  const rules = trials.map(({ name, rule }) => ({ ...rule, alert: name }));
  return { groups: [...recordedFor(rules), { name: 'tried', rules }] };
}

function testsOf(trials: readonly Trial[]) {
  const cases = [...new Set(trials.flatMap((trial) => trial.cases))];
  const interval = evaluationInterval(cases);
  return {
    rule_files: ['rules.yml'],
    evaluation_interval: interval,
    tests: cases.map((one) => ({
      name: one.title,
      interval,
      input_series: inputSeries(one.series),
      promql_expr_test: trials
        .filter((trial) => trial.cases.includes(one))
        .map(({ name }) => expectedAlerts(one, name)),
    })),
  };
}
