import type { Site } from '../http/fetchText.ts';
import { listIn, objectIn, textIn } from '../http/objects.ts';
import { type ApiAnswer, askPrometheus } from './api.ts';
import { type Configuration, configurationIn } from './configuration.ts';

export interface Target {
  readonly job: string;
  readonly url: string;
  readonly health: string;
  readonly lastError: string;
  readonly scrapedAtMs: number;
}

export interface LoadedRule {
  readonly name: string;
  readonly expression: string;
  /** The name of its group, and its file, as Prometheus shows it. */
  readonly group: string;
  readonly file: string;
}

/** What a Prometheus server says of itself; null or empty if it does not say. */
export interface PrometheusState {
  readonly site: Site;
  readonly runtime: Readonly<Record<string, unknown>>;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly configuration: Configuration | null;
  readonly targets: readonly Target[];
  readonly rules: readonly LoadedRule[] | null;
  /** The labels of the series that this ledger has there. */
  readonly series: readonly Readonly<Record<string, unknown>>[];
}

/** Why it cannot be read. */
export interface Unanswered {
  readonly problem: string;
  readonly status: number | null;
}

/** `ledgerId`: of this host's ledger; '' if there is none. Never throws. */
export async function readPrometheusState(
  site: Site,
  ledgerId: string,
): Promise<PrometheusState | Unanswered> {
  const runtime = await askPrometheus(site, 'status/runtimeinfo');
  if ('problem' in runtime) return runtime;
  const query = encodeURIComponent(`deploytrack_ledger_info{ledger=${JSON.stringify(ledgerId)}}`);
  const [flags, configuration, targets, rules, series] = await Promise.all(
    ['status/flags', 'status/config', 'targets?state=active', 'rules', `query?query=${query}`].map((path) =>
      askPrometheus(site, path),
    ),
  );
  return {
    site,
    runtime: objectIn(runtime.data),
    flags: objectIn(dataOf(flags)),
    configuration: await configurationIn(dataOf(configuration)).catch(() => null),
    targets: listIn(objectIn(dataOf(targets)).activeTargets).map((one) => targetOf(objectIn(one))),
    rules: rules !== undefined && 'data' in rules ? rulesIn(rules.data) : null,
    series: listIn(objectIn(dataOf(series)).result).map((one) => objectIn(objectIn(one).metric)),
  };
}

function dataOf(answer: ApiAnswer | undefined): unknown {
  return answer !== undefined && 'data' in answer ? answer.data : null;
}

function targetOf(target: Readonly<Record<string, unknown>>): Target {
  return {
    job: textIn(target.scrapePool),
    url: textIn(target.scrapeUrl),
    health: textIn(target.health),
    lastError: textIn(target.lastError),
    scrapedAtMs: Date.parse(textIn(target.lastScrape)) || 0,
  };
}

function rulesIn(data: unknown): LoadedRule[] {
  return listIn(objectIn(data).groups).flatMap((one) => {
    const { name, file, rules } = objectIn(one);
    return listIn(rules).map((rule) => ({
      name: textIn(objectIn(rule).name),
      expression: textIn(objectIn(rule).query),
      group: textIn(name),
      file: textIn(file),
    }));
  });
}
