import { substitute } from '../../../scripts/dashboards/substitute.ts';
import type { Prometheus } from '../../support/prometheus.ts';
import { compareNames, compareSeries, type Outcome } from './compare.ts';
import { type Expectation, expectedSeries } from './expectation.ts';
import type { Choice, Ledgers } from './ledgers.ts';

export interface Parties {
  readonly prometheus: Prometheus;
  readonly ledgers: Ledgers;
  /** Unix time of the newest sample. */
  readonly atSeconds: number;
  /** An engine that returns no series for what is not a number. */
  readonly leavesOutNaN?: boolean;
  /** Relative tolerance; by default only the last digits may differ. */
  readonly slack?: number;
}

/** A query with selected values for its variables, and the expected result from the ledger. */
export interface Question {
  readonly expr: string;
  readonly expectation: Expectation;
  readonly choice?: Choice;
  /** The value of `$__range`. */
  readonly rangeSeconds?: number;
  /** The value of `$__rate_interval`. */
  readonly rateIntervalSeconds?: number;
  /** Drawn over time, so it is also queried over the whole scenario. */
  readonly isRange?: true;
}

/** Short windows cover the whole scenario too. */
const usualRateSeconds = 300;

/** For values recorded between two scrapes: the ratio of one scrape to the scenario. */
const recordedSlack = 0.02;

/** Runs the query and compares its result with the ledger's rows. */
export async function ask(question: Question, parties: Parties): Promise<Outcome> {
  const { expectation, choice = {} } = question;
  const expr = withChoice(question);
  try {
    if (expectation.kind === 'values') {
      const rows = parties.ledgers.rows(expectation.sql, choice);
      return compareNames(
        await labelValues(expr, parties),
        rows.map(({ value }) => String(value)),
      );
    }
    const got = await parties.prometheus.query(expr, parties.atSeconds);
    if (question.isRange && (await pointsOverTime(expr, parties)) === 0 && got.length > 0)
      return { ok: false, got: 'nothing over time', expected: 'a line', count: 0 };
    if (expectation.kind === 'fired')
      return compareNames(
        got.map(({ labels }) => labels.alertname ?? ''),
        firing(expectation.alerts, { choice, ledgers: parties.ledgers }),
        { among: true },
      );
    if (expectation.kind === 'names')
      return compareNames(
        got.map(({ labels }) => labels.__name__ ?? ''),
        expectation.names,
        { among: true },
      );
    const all = expectedSeries(expectation, parties.ledgers.rows(expectation.sql, choice));
    const expected = parties.leavesOutNaN === true ? all.filter(({ value }) => !Number.isNaN(value)) : all;
    return compareSeries(got, expected, {
      ...(expectation.kind === 'among' ? { count: expectation.count } : {}),
      slack: Math.max(isRecorded(question.expr) ? recordedSlack : 0, parties.slack ?? 1e-9),
    });
  } catch (error) {
    return { ok: false, got: String(error), expected: 'an answer', count: 0 };
  }
}

/** A series that a rule has recorded, at its last evaluation. */
export function isRecorded(expr: string): boolean {
  return /\b\w+:\w+:\w+\b/.test(expr);
}

export function withChoice({
  expr,
  choice = {},
  rangeSeconds = 3600,
  rateIntervalSeconds = usualRateSeconds,
}: Question): string {
  const all = { deployment: '.+', environment: '.+', instance: '.+', deployment_id: '.+', page: '' };
  return substitute(expr, {
    values: { ...all, ...(choice as Readonly<Record<string, string>>) },
    rangeSeconds,
    rateIntervalSeconds,
    intervalSeconds: 1,
  });
}

/** Resolves `label_values(selector, label)` as Grafana does: by the API, for the last minute. */
async function labelValues(query: string, { prometheus, atSeconds }: Parties): Promise<string[]> {
  const [, selector = '', label = ''] = /^label_values\((.+), (\w+)\)$/s.exec(query) ?? [];
  const period = { start: String(atSeconds - 60), end: String(atSeconds) };
  const asked = new URLSearchParams({ 'match[]': selector, ...period });
  const response = await fetch(`${prometheus.url}/api/v1/label/${label}/values?${asked}`);
  const answer = (await response.json()) as { data?: string[]; error?: string };
  if (answer.data === undefined) throw new Error(answer.error ?? 'no answer');
  return answer.data;
}

/** The alerts that follow from the ledger's rows. */
function firing(
  alerts: Readonly<Record<string, Expectation>>,
  { choice, ledgers }: { choice: Choice; ledgers: Ledgers },
): string[] {
  return Object.entries(alerts)
    .filter(([, expectation]) => {
      if (!('sql' in expectation) || expectation.kind === 'values') return false;
      return expectedSeries(expectation, ledgers.rows(expectation.sql, choice)).length > 0;
    })
    .map(([name]) => name);
}

/** How many points a panel would draw over the last two minutes. */
async function pointsOverTime(expr: string, { prometheus, atSeconds }: Parties): Promise<number> {
  const period = { start: String(atSeconds - 120), end: String(atSeconds), step: '1' };
  const body = new URLSearchParams({ query: expr, ...period });
  const response = await fetch(`${prometheus.url}/api/v1/query_range`, { method: 'POST', body });
  const answer = (await response.json()) as { data?: { result: { values: unknown[] }[] }; error?: string };
  if (answer.data === undefined) throw new Error(answer.error ?? 'no answer');
  return answer.data.result.reduce((sum, { values }) => sum + values.length, 0);
}
