import { ask, isRecorded, type Parties, withChoice } from '../../test/monitoring/verify/asking.ts';
import { type Check, panelChecks } from '../../test/monitoring/verify/checks.ts';
import type { Outcome } from '../../test/monitoring/verify/compare.ts';
import type { Choice } from '../../test/monitoring/verify/ledgers.ts';

export interface PanelAnswer extends Outcome {
  readonly id: string;
  readonly choice: Choice;
  /** Why it is not exactly as in the ledgers; null if it is, or if nothing explains it. */
  readonly difference: string | null;
}

interface Run {
  /** How long before the question the first deployment began. */
  readonly lastedSeconds: number;
  /** A host that did not get the new version, and its deployment. */
  readonly choices: { readonly instance: string; readonly deployment_id: string };
}

/** So long that the whole run is in it, as the dashboards' own ranges of days. */
const rateIntervalSeconds = 6 * 3600;
/** The last digit of a time in a double; the agents and engines parse and subtract it differently. */
const exact = 1e-6;
/** Half an interval of the scrapes at the start of a run of a few minutes. */
const extrapolated = 0.1;

export const differences = {
  short: 'with a range shorter than the run',
  extrapolated: 'extrapolated',
  twice: 'with a series twice',
} as const;

/** Every query of the dashboards, about all hosts, one environment and one host. */
export async function askPanels(
  root: string,
  parties: Parties & { readonly extrapolates: boolean },
  run: Run,
): Promise<PanelAnswer[]> {
  const answers: PanelAnswer[] = [];
  for (const check of panelChecks(root))
    for (const choice of choicesOf(check, run))
      answers.push({ id: check.id, choice, ...(await askOne({ ...check, choice }, { parties, run })) });
  return answers;
}

async function askOne(
  check: Check & { choice: Choice },
  { parties, run }: { parties: Parties & { readonly extrapolates: boolean }; run: Run },
): Promise<Outcome & Pick<PanelAnswer, 'difference'>> {
  const question = { ...check, rateIntervalSeconds };
  const isPrometheus = parties.extrapolates;
  const first = await ask(question, { ...parties, slack: exact });
  if (first.ok) return { ...first, difference: null };
  if (isShort(check, run)) return { ...first, difference: differences.short };
  if (isPrometheus && first.got.includes('found duplicate series'))
    return { ...first, difference: differences.twice };
  const isRate = /\b(increase|rate)\(/.test(check.expr) || isRecorded(check.expr);
  if (!isPrometheus || !isRate) return { ...first, difference: null };
  const near = await ask(question, { ...parties, slack: extrapolated });
  // Of a few observations, the series that began before the others weigh more: the rank may be in another bucket.
  const isNear = near.ok || check.expr.includes('histogram_quantile(');
  return { ...first, difference: isNear ? differences.extrapolated : null };
}

function choicesOf({ expr }: Check, { choices }: Run): Choice[] {
  const names = (name: string) => new RegExp(`\\$\\{?${name}\\b`).test(expr);
  const id = names('deployment_id') ? { deployment_id: choices.deployment_id } : {};
  return [
    id,
    ...(names('environment') && !names('deployment_id') ? [{ environment: 'staging' }] : []),
    ...(names('instance') ? [{ ...id, instance: choices.instance }] : []),
  ];
}

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/** A rule or panel with a range of its own that does not hold the whole run. */
function isShort(check: Check, { lastedSeconds }: Run): boolean {
  // An alert that fires looks back five minutes or more.
  if (check.expr.startsWith('ALERTS')) return lastedSeconds > 300;
  const ranges = [...withChoice(check).matchAll(/(?:\[|increase)(\d+)([mhd])\b/g)];
  return ranges.some(([, figure, unit = '']) => Number(figure) * (unitSeconds[unit] ?? 0) < lastedSeconds);
}
