import type { DeploymentStatus } from '../model.ts';
import { catalogue } from './catalogue.ts';
import { labelText } from './exposition.ts';
import type { Family, Label } from './family.ts';
import { recentValues } from './recent.ts';
import type { CurrentValues, FamilySamples, Sample } from './sample.ts';
import type { GroupSnapshot, Total } from './snapshot.ts';
import { versionNumber } from './versionNumber.ts';

/** Every sample of a group, in the catalogue's order. Pure; families without series are left out. */
export function groupSamples(
  snapshot: GroupSnapshot,
  families: readonly Family[] = catalogue,
): FamilySamples[] {
  const totals = byFamily(snapshot.totals);
  return families
    .map((family) => ({
      family,
      samples: samplesOf(family, { snapshot, totals: totals.get(family.name) ?? [] }),
    }))
    .filter(({ samples }) => samples.length > 0);
}

function byFamily(totals: readonly Total[]): Map<string, Total[]> {
  const found = new Map<string, Total[]>();
  for (const total of totals) {
    const ofFamily = found.get(total.family);
    if (ofFamily === undefined) found.set(total.family, [total]);
    else ofFamily.push(total);
  }
  return found;
}

function samplesOf(family: Family, from: { snapshot: GroupSnapshot; totals: readonly Total[] }): Sample[] {
  const current = currentValues[family.name];
  if (current === undefined) return totalSamples(family, from);
  // Two values may become equal when they are cut: the first, which is the newest, is used.
  const samples = new Map<string, Sample>();
  for (const [values, value] of current(from.snapshot)) {
    const labels = family.labels.map(
      (label, index) => [label.name, labelText(values[index] ?? '', label)] as const,
    );
    const key = JSON.stringify(labels);
    if (!samples.has(key)) samples.set(key, { suffix: '', labels, value });
  }
  return [...samples.values()];
}

/** The present value of each gauge. Unknown values are absent, not 0. */
export const currentValues: CurrentValues = {
  ...recentValues,
  deployment_stage_last_duration_seconds: ({ lastStages }) =>
    lastStages.map(({ service, stage, durationSeconds }) => [[service, stage], durationSeconds]),
  post_deployment_error_rate: ({ errorRates, declared }) =>
    errorRates === null
      ? []
      : errorRates.services.map(({ service, errorRate }) => [
          [declared.services.includes(service) ? service : 'other', errorRates.deploymentId],
          errorRate,
        ]),
  deployment_status: ({ recent: [latest] }) =>
    latest === undefined ? [] : [[[shownStatus(latest)], statusNumber(latest)]],
  deployment_version: ({ inService }) => [[[], inService === null ? 0 : versionNumber(inService.version)]],
  deployment_timestamp: ({ inService }) =>
    inService === null ? [] : [[[inService.version], inService.sinceMs / 1000]],
  deployment_health_status: ({ lastVerificationHealthy: healthy }) =>
    healthy === null ? [] : [[[], healthy ? 1 : 0]],
  deployment_info: ({ recent: [latest], inService }) =>
    latest === undefined ? [] : [[[shownStatus(latest), inService?.version ?? ''], 1]],
  deployment_memory_usage_bytes: ({ memoryBytes }) => (memoryBytes === null ? [] : [[[], memoryBytes]]),
  deployment_health_check: ({ lastChecks }) =>
    lastChecks.map(({ checkType, healthy }) => [[checkType], healthy ? 1 : 0]),
  deployment_last_duration_seconds: ({ lastDurationSeconds: seconds }) =>
    seconds === null ? [] : [[[], seconds]],
  deployment_version_info: ({ recentVersions }) =>
    recentVersions.map(({ version, commitSha }) => [[version, commitSha ?? ''], 1]),
  deployment_host_info: ({ host }) => (host === null ? [] : [[[host.osVersion, host.runtimeVersion], 1]]),
  deploytrack_ledger_events_total: ({ events }) => [[[], events]],
  deploytrack_ledger_info: ({ ledgerId }) => [[[ledgerId], 1]],
  deploytrack_build_info: ({ programVersion }) => [[[programVersion], 1]],
};

/** A deployment that succeeded and was rolled back reads failed. */
function shownStatus({ status, rolledBack }: { status: DeploymentStatus; rolledBack: boolean }): string {
  if (status === 'in-progress') return 'in_progress';
  return rolledBack ? 'failed' : status;
}

function statusNumber(deployment: { status: DeploymentStatus; rolledBack: boolean }): number {
  const shown = shownStatus(deployment);
  if (shown === 'in_progress') return 2;
  return shown === 'failed' ? 0 : 1;
}

/** One series of a counter, or one label set of a histogram, with its totals by part. */
interface Series {
  readonly labels: Sample['labels'];
  readonly parts: Map<string, number>;
}

/** The samples of a counter or histogram: zeros for declared values, and the ledger's totals. */
export function totalSamples(
  family: Family,
  { snapshot, totals }: { snapshot: GroupSnapshot; totals: readonly Total[] },
): Sample[] {
  const all = new Map<string, Series>();
  const seriesOf = (values: readonly string[]): Series => {
    const labels = family.labels.map(
      (label, index) => [label.name, labelText(values[index] ?? '', label)] as const,
    );
    const key = JSON.stringify(labels);
    const series = all.get(key) ?? { labels, parts: new Map() };
    all.set(key, series);
    return series;
  };
  for (const values of zeroCombinations(family, pairsInUse(snapshot))) seriesOf(values);
  for (const { labels, part, value } of totals) {
    const { parts } = seriesOf(labels);
    // Values that became equal when they were cut count together.
    parts.set(part, (parts.get(part) ?? 0) + value);
  }
  const toSamples = family.type === 'histogram' ? histogramSamples : counterSamples;
  return [...all.values()].flatMap((series) => toSamples(family, series));
}

/** A stage that ran is declared, including the pair of `other` and the counts of another ledger. */
function pairsInUse({ declared, totals }: GroupSnapshot): GroupSnapshot['declared'] {
  const pairs = new Map(declared.stages.map((pair) => [JSON.stringify(pair), pair]));
  for (const { family, labels } of totals) {
    if (family !== 'deployment_stage_duration_seconds') continue;
    const pair = [labels[0] ?? '', labels[1] ?? ''] as const;
    pairs.set(JSON.stringify(pair), pair);
  }
  return { ...declared, stages: [...pairs.values()] };
}

function counterSamples(family: Family, { labels, parts }: Series): Sample[] {
  return [{ suffix: '', labels, value: amount(family, parts.get('') ?? 0) }];
}

/** Stored per bucket, shown cumulative. Observations with other bounds count in the next bound above. */
function histogramSamples(family: Family, { labels, parts }: Series): Sample[] {
  const kept = [...parts]
    .filter(([part]) => part !== 'sum')
    .map(([part, count]) => [boundOf(part), count] as const);
  const upTo = (bound: number) =>
    kept.reduce((sum, [upper, count]) => (upper <= bound ? sum + count : sum), 0);
  const bounds = [...family.buckets, Number.POSITIVE_INFINITY];
  const count = upTo(Number.POSITIVE_INFINITY);
  return [
    ...bounds.map(
      (bound): Sample => ({
        suffix: '_bucket',
        labels: [['le', boundText(bound)], ...labels],
        value: upTo(bound),
      }),
    ),
    { suffix: '_sum', labels, value: amount(family, parts.get('sum') ?? 0) },
    { suffix: '_count', labels, value: count },
  ];
}

function boundOf(part: string): number {
  return part === '+Inf' ? Number.POSITIVE_INFINITY : Number(part);
}

function boundText(bound: number): string {
  return bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
}

/**
 * Whole millionths as seconds, milliseconds or US dollars. One division of two whole numbers gives the double nearest
 * to the exact decimal, so that a growing total never reads less.
 */
function amount(family: Family, total: number): number {
  return family.millionths ? total / 1e6 : total;
}

type Declarations = GroupSnapshot['declared'];

/**
 * The label values that a counter or histogram shows at 0 before anything happened: all combinations of its closed
 * vocabularies and of the ledger's declarations.
 */
function zeroCombinations(family: Family, declared: Declarations): readonly (readonly string[])[] {
  const isPaired = family.labels[0]?.name === 'service' && family.labels[1]?.name === 'stage';
  const first: readonly (readonly string[])[] = isPaired ? declared.stages : [[]];
  return family.labels.slice(isPaired ? 2 : 0).reduce((combinations, label) => {
    const values = valuesOf(label, declared);
    return combinations.flatMap((combination) => values.map((value) => [...combination, value]));
  }, first);
}

function valuesOf({ vocabulary }: Label, declared: Declarations): readonly string[] {
  if (vocabulary.kind === 'closed') return vocabulary.values;
  if (vocabulary.kind !== 'declared' || vocabulary.of === 'stages') return [];
  return declared[vocabulary.of];
}
