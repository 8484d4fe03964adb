import type { DeploymentDetail } from '../ledger/read/detail.ts';

/** What failed of a finished deployment, and why: one pair, from one row. */
export interface Failure {
  /** `warning` if all failures were allowed. */
  readonly kind: 'failed' | 'warning';
  /** `Failed: phase migration`, `Allowed failure: smoke test login`, `Failed`. */
  readonly title: string;
  /** `phase migration`, `smoke test login`, `health check`; null if no single step failed. */
  readonly what: string | null;
  /** Null if no reason was recorded. */
  readonly why: string | null;
  /** The stored end of the stderr of what failed. */
  readonly stderr: string | null;
}

/** A counted run that failed. */
interface FailedRun {
  readonly what: string;
  /** The start of `error_message` if `finish` made it from this run. */
  readonly prefix: string;
  readonly why: string;
  readonly judged: 'yes' | 'allowed' | 'no';
  readonly stderr: string | null;
}

/** The verdict of `finish`, never a second one; null for a success, in progress and excluded deployments. */
export function failureOf(
  detail: Pick<DeploymentDetail, 'deployment' | 'stages' | 'verifications' | 'smokeTests'>,
): Failure | null {
  const { status, errorMessage, discarded } = detail.deployment;
  if ((status !== 'failed' && status !== 'warning') || discarded) return null;
  const runs = failedRuns(detail);
  const said = errorMessage === '' ? null : errorMessage;
  const source =
    runs.find(({ prefix, why }) => said === prefix + why) ??
    // The reason in the run may have been shortened, or pruned.
    runs.find(({ prefix }) => said?.startsWith(prefix));
  // Otherwise the script or a signal gave the reason, and the step is the one that decided the status.
  const isJudged = status === 'failed' ? 'yes' : 'allowed';
  const failed = source ?? runs.find(({ judged }) => judged === isJudged);
  const what = failed?.what ?? null;
  return {
    kind: status,
    title: `${status === 'failed' ? 'Failed' : 'Allowed failure'}${what === null ? '' : `: ${what}`}`,
    what,
    why: source === undefined ? (said ?? failed?.why ?? null) : (said?.slice(source.prefix.length) ?? null),
    stderr: failed?.stderr ?? null,
  };
}

/** The latest counted run of each phase, health check and smoke test, if it failed; the earliest failure first. */
function failedRuns({
  deployment: { service: own },
  stages,
  verifications,
  smokeTests,
}: Parameters<typeof failureOf>[0]): FailedRun[] {
  const host = (service: string) => (service !== own && service.includes('@') ? ` (${service})` : '');
  const dated = [
    ...latestOf(stages, (run) => `${run.stage}\n${run.service}`)
      .filter(({ status }) => status === 'failed')
      .map((run) => ({
        at: run.endedAt ?? run.startedAt,
        began: run.startedAt,
        judged: run.judged,
        what: `phase ${run.stage}${host(run.service)}`,
        prefix: `phase ${run.stage}${host(run.service)}: `,
        why: run.errorMessage ?? run.signal ?? exitCode(run.exitCode),
        stderr: run.stderrTail,
      })),
    ...latestOf(verifications, (one) => `${one.checkType}\n${one.service}`)
      .filter(({ success }) => !success)
      .map((one) => {
        const at = new Date(Date.parse(one.startedAt) + one.durationSeconds * 1000);
        return {
          at: Number.isNaN(at.getTime()) ? one.startedAt : at.toISOString(),
          began: one.startedAt,
          judged: one.judged,
          what: `health check${host(one.service)}`,
          prefix: `health${host(one.service)}: `,
          why: one.errorMessage ?? one.verdict,
          stderr: null,
        };
      }),
    ...latestOf(smokeTests, (one) => `${one.test}\n${one.service}`)
      .filter(({ success }) => !success)
      .map((one) => ({
        at: one.at,
        began: one.at,
        judged: one.judged,
        what: `smoke test ${one.test}${host(one.service)}`,
        prefix: `smoke test ${one.test}${host(one.service)}: `,
        why: one.errorMessage ?? exitCode(one.exitCode),
        stderr: one.stderrTail,
      })),
  ];
  return dated.sort((a, b) => compared(a.at, b.at) || compared(b.began, a.began));
}

function latestOf<
  Run extends Pick<FailedRun, 'judged'> & { readonly ofRollback: boolean; readonly late: boolean },
>(runs: readonly Run[], nameOf: (run: Run) => string): Run[] {
  const counted = runs.filter(({ judged, ofRollback, late }) => judged !== 'no' && !ofRollback && !late);
  return [...new Map(counted.map((run) => [nameOf(run), run])).values()];
}

function exitCode(code: number | null): string {
  return code === null ? 'failed' : `exit code ${code}`;
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
