import type { FinalStatus } from '../../model.ts';
import { redactToCut } from '../../redact.ts';
import { whatIsWrong } from '../../settings/check.ts';

/** The deployment that a container's labels describe. Missing and invalid labels are null. */
export interface DeploymentLabels {
  readonly deployment: string;
  readonly version: string;
  readonly environment: string | null;
  /** `deployment.timestamp`: when it was deployed, Unix milliseconds. */
  readonly timestampMs: number | null;
  readonly commitSha: string | null;
  /** `deployment.status`, if it is a final one. */
  readonly status: FinalStatus | null;
}

/** The labels, and one line for each invalid one; null if they name no deployment. */
export interface ReadLabels {
  readonly labels: DeploymentLabels | null;
  readonly problems: readonly string[];
}

const statuses: Readonly<Record<string, FinalStatus | null>> = {
  success: 'success',
  succeeded: 'success',
  failed: 'failed',
  failure: 'failed',
  warning: 'warning',
  'in-progress': null,
  in_progress: null,
};

const earliestMs = Date.UTC(2000, 0);
/** Allowance for clocks of two machines. */
const aheadMs = 300_000;

/** A container without `deployment.name` is not tracked, and not reported. */
export function readLabels(all: Readonly<Record<string, string>>, nowMs: number): ReadLabels | null {
  const deployment = all['deployment.name'];
  if (deployment === undefined) return null;
  const problems: string[] = [];
  const wrongName = (label: string): boolean => {
    const value = all[label] ?? '';
    const problem = whatIsWrong('name', value);
    if (problem !== null) problems.push(`invalid ${label} ${quoted(value)}; ${problem.expected}`);
    return problem !== null;
  };
  const isUnusable = [wrongName('deployment.name'), wrongName('deployment.version')].includes(true);
  const environment = all['deployment.environment'];
  const hasEnvironment = environment !== undefined && environment !== '';
  if (isUnusable || (hasEnvironment && wrongName('deployment.environment')))
    return { labels: null, problems };
  return {
    labels: {
      deployment,
      version: all['deployment.version'] ?? '',
      environment: hasEnvironment ? environment : null,
      timestampMs: timestamp(all['deployment.timestamp'], { nowMs, problems }),
      commitSha: commit(all['deployment.commit'], problems),
      status: status(all['deployment.status'], problems),
    },
    problems,
  };
}

/** Unix seconds or milliseconds, or ISO 8601 with a zone. */
function timestamp(
  said: string | undefined,
  { nowMs, problems }: { nowMs: number; problems: string[] },
): number | null {
  if (said === undefined || said === '') return null;
  const figure = Number(said);
  const isIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(said);
  const ms = isIso
    ? Date.parse(said)
    : /^\d+(\.\d+)?$/.test(said)
      ? figure > 1e11
        ? figure
        : figure * 1000
      : Number.NaN;
  if (ms >= earliestMs && ms <= nowMs + aheadMs) return Math.round(ms);
  problems.push(
    `invalid deployment.timestamp ${quoted(said)}; expected Unix seconds or ISO 8601 with a zone, not in the future`,
  );
  return null;
}

function commit(said: string | undefined, problems: string[]): string | null {
  if (said === undefined || said === '') return null;
  if (/^[0-9a-fA-F]{7,64}$/.test(said)) return said.toLowerCase();
  problems.push(`invalid deployment.commit ${quoted(said)}; expected 7 to 64 hexadecimal digits`);
  return null;
}

function status(said: string | undefined, problems: string[]): FinalStatus | null {
  const word = (said ?? '').toLowerCase();
  if (word === '') return null;
  if (Object.hasOwn(statuses, word)) return statuses[word] ?? null;
  problems.push(
    `unknown deployment.status ${quoted(said ?? '')}; expected ${Object.keys(statuses).join(', ')}`,
  );
  return null;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${redactToCut(text, 60).slice(0, 60)}…` : text);
}
