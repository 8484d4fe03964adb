import type { DashboardJson, PanelJson, VariableJson } from '../dashboards/dashboard.ts';
import { allValue, type Chosen, substitute } from '../dashboards/substitute.ts';
import { variableValues } from '../dashboards/variableValues.ts';
import { type Answer, answersOf } from './answers.ts';
import { drawPage } from './draw/page.ts';
import { momentsOf } from './moments.ts';
import type { Source } from './source.ts';

const pageWidth = 1400;

/**
 * A dashboard as a page, from the data of a Prometheus: with all values of its variables, or the given or
 * first one.
 */
export async function picture(
  json: DashboardJson,
  { source, given }: { source: Source; given: Readonly<Record<string, string>> },
) {
  const chosen = await chooseValues(json, { source, given });
  const answers = new Map<PanelJson, readonly Answer[]>();
  for (const panel of json.panels) answers.set(panel, await answersOf(panel, { source, chosen }));
  const shown = Object.fromEntries(
    Object.entries(chosen.values).map(([name, value]) => [name, value === allValue ? 'All' : String(value)]),
  );
  const moments = await momentsOf(json, { source, chosen });
  return drawPage(json, { width: pageWidth, source, shown, moments, answers });
}

async function chooseValues(
  { templating }: DashboardJson,
  { source, given }: { source: Source; given: Readonly<Record<string, string>> },
): Promise<Chosen> {
  const { stepSeconds, scrapeSeconds } = source;
  const values: Record<string, string> = {};
  const chosen = {
    values,
    rangeSeconds: Math.ceil(source.toSeconds - source.fromSeconds),
    rateIntervalSeconds: Math.ceil(Math.max(stepSeconds + scrapeSeconds, 4 * scrapeSeconds)),
    intervalSeconds: Math.ceil(stepSeconds),
  };
  for (const variable of templating.list.filter(({ type }) => type === 'query'))
    values[variable.name] = given[variable.name] ?? (await defaultValue(variable, { source, chosen }));
  return chosen;
}

async function defaultValue(
  { multi, query }: VariableJson,
  { source, chosen }: { source: Source; chosen: Chosen },
): Promise<string> {
  if (multi === true || typeof query === 'string') return allValue;
  const ask = async (expr: string) =>
    (await source.instant(expr)).map(({ labels, points }) => ({ labels, value: points.at(-1)?.value ?? 0 }));
  return (await variableValues(substitute(query.query, chosen), ask)).at(-1) ?? '';
}
