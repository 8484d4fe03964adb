import type { DashboardJson, PanelJson, TargetJson } from '../dashboards/dashboard.ts';
import { allValue, type Chosen, substitute } from '../dashboards/substitute.ts';
import { variableValues } from '../dashboards/variableValues.ts';
import type { Found, Source, Span } from './source.ts';

export interface Series extends Found {
  readonly name: string;
}

/** The series of one target, with its letter. */
export interface Answer {
  readonly refId: string;
  readonly series: readonly Series[];
}

/** All that the picture of a dashboard shows. */
export interface Answered {
  readonly json: DashboardJson;
  readonly span: Span;
  /** The selected value of each variable. */
  readonly shown: Readonly<Record<string, string>>;
  /** Of each panel, in the order of the dashboard. */
  readonly answers: readonly (readonly Answer[])[];
  /** The times of each annotation, in Unix seconds. */
  readonly marks: Readonly<Record<string, readonly number[]>>;
}

/** Runs every query of a dashboard, with all values of its variables, or the given or the last one. */
export async function answersOf(
  json: DashboardJson,
  { source, given }: { source: Source; given: Readonly<Record<string, unknown>> },
): Promise<Answered> {
  const { span } = source;
  const values: Record<string, string> = {};
  const chosen: Chosen = {
    values,
    rangeSeconds: Math.ceil(span.toSeconds - span.fromSeconds),
    rateIntervalSeconds: Math.ceil(Math.max(4 * span.scrapeSeconds, span.stepSeconds + span.scrapeSeconds)),
    intervalSeconds: Math.ceil(span.stepSeconds),
  };
  for (const { name, type, multi, query } of json.templating.list) {
    if (type === 'textbox') values[name] = String(given[name] ?? '');
    if (type !== 'query' || typeof query === 'string') continue;
    const offered = () => variableValues(substitute(query.query, chosen), source.instant);
    values[name] = String(given[name] ?? (multi === true ? allValue : (await offered()).at(-1)));
  }
  const shown = Object.entries(values).map(([name, value]) => [name, value === allValue ? 'All' : value]);
  const answers: Answer[][] = [];
  for (const panel of json.panels) answers.push(await ofPanel(panel, { source, chosen }));
  const marks = await marksOf(json, { source, chosen });
  return { json, span, shown: Object.fromEntries(shown), answers, marks };
}

interface Asking {
  readonly source: Source;
  readonly chosen: Chosen;
}

function ofPanel({ timeFrom, targets = [] }: PanelJson, { source, chosen }: Asking): Promise<Answer[]> {
  const days = Number(/^(\d+)d$/.exec(timeFrom ?? '')?.[1] ?? Number.NaN);
  const window = Number.isNaN(days) ? chosen : { ...chosen, rangeSeconds: days * 86_400 };
  const seconds = source.span.toSeconds;
  const now = async (expr: string) =>
    (await source.instant(expr)).map(({ labels, value }) => ({ labels, points: [{ seconds, value }] }));
  return Promise.all(
    targets.map(async (target) => {
      const expr = substitute(target.expr, window);
      const found = target.range ? await source.range(expr) : await now(expr);
      return { refId: target.refId, series: found.map((one) => ({ name: nameOf(target, one), ...one })) };
    }),
  );
}

function nameOf({ legendFormat = '' }: TargetJson, { labels }: Found): string {
  if (legendFormat === '') return Object.values(labels).join(' ');
  return legendFormat.replace(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '').trim();
}

/** If a value is the time, each value; otherwise the start of each stretch in which the series exists. */
async function marksOf({ annotations }: DashboardJson, { source, chosen }: Asking) {
  const { fromSeconds, toSeconds, stepSeconds } = source.span;
  const marks: Record<string, number[]> = {};
  for (const { name, expr, useValueForTime } of annotations.list.filter(({ enable }) => enable)) {
    const times = (await source.range(substitute(expr, chosen))).flatMap(({ points }) => {
      const isFirst = (seconds: number, at: number) =>
        seconds - (points[at - 1]?.seconds ?? 0) > stepSeconds * 1.5;
      if (useValueForTime) return points.map(({ value }) => value / 1000);
      return points.map(({ seconds }) => seconds).filter(isFirst);
    });
    marks[name] = [...new Set(times)].filter((seconds) => seconds >= fromSeconds && seconds <= toSeconds);
  }
  return marks;
}
