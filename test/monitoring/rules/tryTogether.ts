import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PrometheusAlert } from '../../../src/monitoring/rules/groups.ts';
import { endOf } from '../../support/program.ts';
import type { AlertCase } from './cases/series.ts';
import { evaluationInterval, expectedAlerts, inputSeries, recordedFor } from './promtool.ts';

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
export async function tryTogether(
  lists: readonly (readonly Trial[])[],
): Promise<ReadonlyMap<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-rules-'));
  try {
    const files = lists.map((trials, index) => {
      const own = join(folder, String(index));
      mkdirSync(own);
      writeFileSync(join(own, 'rules.yml'), JSON.stringify(rulesOf(trials)));
      writeFileSync(join(own, 'tests.yml'), JSON.stringify(testsOf(trials)));
      return join(own, 'tests.yml');
    });
    const { stdout, stderr } = await endOf(spawn('promtool', ['test', 'rules', ...files]));
    if (stdout.match(/^Unit Testing: /gm)?.length !== files.length) throw new Error(`${stdout}${stderr}`);
    return byTrial(stderr);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function byTrial(stderr: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const text of stderr.split(/^(?=\s*(?:expr|rule): )/m)) {
    const name = aboutTrial.exec(text)?.groups?.name;
    if (name !== undefined) found.set(name, `${found.get(name) ?? ''}${text}`);
    // Not about a result: a rule that cannot be read or evaluated.
    else if (text.replaceAll('FAILED:', '').trim() !== '') throw new Error(stderr);
  }
  return found;
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
