import type { DeploymentStatus } from '../model.ts';
import { catalogue } from './catalogue.ts';
import type { Family } from './family.ts';
import { labelText } from './labels.ts';
import { recentValues } from './recent.ts';
import type { CurrentValues, FamilySamples, Sample } from './sample.ts';
import type { GroupSnapshot, Total } from './snapshot.ts';
import { totalSamples } from './totalSamples.ts';
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
