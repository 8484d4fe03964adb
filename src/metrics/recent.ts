import type { CurrentValue, CurrentValues } from './sample.ts';
import type { GroupSnapshot, RecentDeployment, RecentStage } from './snapshot.ts';

/** The window of the last ten deployments: the only metrics that carry an ID. */
export const recentValues: CurrentValues = {
  deployment_in_progress: ({ recent }) =>
    recent.map(({ id, status }) => [[id], status === 'in-progress' ? 1 : 0]),
  deployment_infrastructure_cost: (snapshot) => snapshot.recent.flatMap((one) => costs(one, snapshot)),
  deployment_recent_info: ({ recent }) => recent.map((deployment) => [attributes(deployment), 1]),
  deployment_recent_start_timestamp_seconds: ({ recent }) =>
    recent.map(({ id, startedAtMs }) => [[id], startedAtMs / 1000]),
  deployment_recent_duration_seconds: ({ recent }) =>
    recent.flatMap(({ id, durationSeconds }): CurrentValue[] =>
      durationSeconds === null ? [] : [[[id], durationSeconds]],
    ),
  deployment_recent_stage_start_timestamp_seconds: (snapshot) =>
    stages(snapshot).map(({ id, pair, run }) => [[id, ...pair], run.startedAtMs / 1000]),
  deployment_recent_stage_duration_seconds: (snapshot) =>
    stages(snapshot).flatMap(({ id, pair, run }): CurrentValue[] =>
      run.durationSeconds === null || run.status === 'running'
        ? []
        : [[[id, ...pair, run.status === 'failed' ? 'failure' : 'success'], run.durationSeconds]],
    ),
};

function attributes({ id, version, status, method, rolledBack, url }: RecentDeployment): string[] {
  const state = status === 'in-progress' ? 'in_progress' : status;
  return [id, version, state, methodLabel(method), String(rolledBack), url ?? ''];
}

/** Every declared resource, at 0 until it costs something; those beyond the limit together. */
function costs({ id, costs: bills }: RecentDeployment, { declared }: GroupSnapshot): CurrentValue[] {
  const sums = new Map(declared.resources.map((resource) => [resource, 0]));
  for (const { resource, usd } of bills) {
    const label = declared.resources.includes(resource) ? resource : 'other';
    sums.set(label, (sums.get(label) ?? 0) + usd);
  }
  return [...sums].map(([resource, usd]) => [[id, resource], Math.round(usd * 1e6) / 1e6]);
}

interface ShownStage {
  readonly id: string;
  readonly pair: readonly [service: string, stage: string];
  readonly run: RecentStage;
}

/** One run per pair of labels: of stages beyond the limit, which are all `other`, the one that started last. */
function stages({ recent, declared, defaultService }: GroupSnapshot): ShownStage[] {
  const known = new Set(declared.stages.map((pair) => JSON.stringify(pair)));
  return recent.flatMap(({ id, stages: runs }) => {
    const shown = new Map<string, ShownStage>();
    for (const run of runs) {
      const isKnown = known.has(JSON.stringify([run.service, run.stage]));
      const pair = isKnown ? ([run.service, run.stage] as const) : ([defaultService, 'other'] as const);
      const earlier = shown.get(JSON.stringify(pair));
      if (earlier !== undefined && earlier.run.startedAtMs > run.startedAtMs) continue;
      shown.set(JSON.stringify(pair), { id, pair, run });
    }
    return [...shown.values()];
  });
}

const ciWords =
  /^(ci|ci[/-]cd|pipeline|github|github-actions|azure-devops|azure-pipelines|gitlab|gitlab-ci|jenkins|circleci|bitbucket|bitbucket-pipelines|buildkite|teamcity|travis|travis-ci|drone|woodpecker|appveyor|codebuild|google-cloud-build|codefresh|semaphore|gitea-actions|forgejo-actions|bamboo)$/;

/** The closed vocabulary of the label `method`: the ledger stores the text as it was given. */
export function methodLabel(method: string): 'azure-arc' | 'manual' | 'ci' | 'other' {
  const word = method
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
  if (word === 'azure-arc' || word === 'manual') return word;
  return ciWords.test(word) ? 'ci' : 'other';
}
