import type { Site as Server } from '../../doctor/http/fetchText.ts';
import { listIn, objectIn, textIn } from '../../doctor/http/objects.ts';
import { askPrometheus, prometheusSite } from '../../doctor/prometheus/api.ts';
import type { Site } from '../../ledger/read/endedSites.ts';
import { isoTime } from '../../model.ts';
import { matcher } from '../../monitoring/rules/promql.ts';
import type { GateRules } from '../gateRules.ts';
import { type Judgement, nothingFound, together } from '../judgement.ts';
import { budgetPeriod, judgeBudget } from './budget.ts';
import { doctorHint, gateRequest } from './gateRequest.ts';
import { judgeSuccess } from './successRate.ts';

interface Question {
  readonly site: Site;
  readonly rules: GateRules;
  readonly nowMs: number;
}

/** The numbers of one answer, by the names that the query gives them. */
type Figures = ReadonlyMap<string, number>;

/** The budget, the success rate and the migrations of all hosts, by the counters of a Prometheus server. */
export async function judgeFleet(server: Server, question: Question): Promise<Judgement> {
  const { site, rules, nowMs } = question;
  const period = budgetPeriod(rules, nowMs);
  const periodSeconds = Math.max(60, Math.round((nowMs - (period?.fromMs ?? nowMs)) / 1000));
  const query = figuresQuery(site, periodSeconds);
  const path = `query?query=${encodeURIComponent(query)}`;
  const answer = await askPrometheus(server, path, gateRequest);
  const figures = 'data' in answer ? figuresIn(answer.data) : null;
  if (figures === null) {
    const problem = 'problem' in answer ? answer.problem : 'its answer holds no valid numbers';
    return unread(server, problem);
  }
  if (figures.size === 0) {
    const none = `the Prometheus ${server.url} has no deployments of ${site.deployment}/${site.environment}`;
    return { ...nothingFound, facts: [none] };
  }
  return judgeFigures(figures, question);
}

function unread({ url }: Server, problem: string): Judgement {
  return {
    ...nothingFound,
    unread: [
      {
        source: 'prometheus',
        problem: `cannot read the Prometheus ${url}: ${problem}`,
        hint: doctorHint({ url }),
      },
    ],
  };
}

function judgeFigures(figures: Figures, { rules, nowMs }: Question): Judgement {
  const of = (name: string) => figures.get(name) ?? 0;
  const period = budgetPeriod(rules, nowMs);
  const all = Math.round(of('hour'));
  const hour = { good: Math.min(all, Math.round(of('hour_good'))), all };
  const unknown = (ends: string) => ({ ends, endsAtMs: null });
  return together([
    period === null
      ? nothingFound
      : judgeBudget(
          rules,
          // Weights are halves, and `increase()` extrapolates.
          { used: Math.round(of('used') * 2) / 2, deployments: Math.round(of('all')), versions: [] },
          {
            words: `${period.words} on all hosts`,
            ends:
              period.endsAtMs === null
                ? unknown('when enough failures are older than 30 days')
                : { ends: `${isoTime(period.endsAtMs)}, when the month ends`, endsAtMs: period.endsAtMs },
          },
        ),
    rules.successRate === 0
      ? nothingFound
      : judgeSuccess(rules.successRate, hour, unknown('when enough failures are older than an hour')),
    rules.failedMigration === 'ignore' || Math.round(of('migrations')) < 1
      ? nothingFound
      : migrations(Math.round(of('migrations'))),
  ]);
}

function migrations(failed: number): Judgement {
  const words = failed === 1 ? 'a migration failed' : `${failed} migrations failed`;
  return {
    ...nothingFound,
    obstacles: [
      {
        rule: 'migration',
        reason: `${words} on all hosts in the last hour`,
        ends: 'when none has failed for an hour',
        endsAtMs: null,
      },
    ],
  };
}

/** One query for all numbers, so that they are of one moment. */
function figuresQuery({ deployment, environment }: Site, periodSeconds: number): string {
  const site = [matcher('deployment', { is: deployment }), matcher('environment', { is: environment })];
  const increase = (metric: string, window: string, ...more: string[]) =>
    `sum(increase(${metric}{${[...site, ...more].join(',')}}[${window}]))`;
  const figures = {
    // Also if nothing is scraped at the moment.
    series: `count(last_over_time(deployment_total{${site.join(',')}}[30d]))`,
    used: increase('deployment_error_budget_consumed_total', `${periodSeconds}s`),
    all: increase('deployment_total', `${periodSeconds}s`),
    hour: increase('deployment_total', '1h'),
    hour_good: increase('deployment_total', '1h', 'status="success"'),
    migrations: increase('migration_total', '1h', 'status="failure"'),
  };
  return Object.entries(figures)
    .map(([name, expression]) => `label_replace(${expression}, "figure", "${name}", "", "")`)
    .join(' or ');
}

/** Null unless every value is a number from 0 on. */
export function figuresIn(data: unknown): Figures | null {
  const { resultType, result } = objectIn(data);
  if (resultType !== 'vector' || !Array.isArray(result)) return null;
  const figures = listIn(result).map((one): [string, number] => {
    const { metric, value } = objectIn(one);
    const text = textIn(listIn(value)[1]);
    return [textIn(objectIn(metric).figure), /^[\d.e+-]+$/i.test(text) ? Number(text) : Number.NaN];
  });
  const isRight = ([name, value]: [string, number]) => name !== '' && value >= 0 && value < Infinity;
  return figures.every(isRight) ? new Map(figures) : null;
}

/** The server of `--prometheus`. Throws SETTING for a URL that is none. */
export const fleetServer = prometheusSite;
