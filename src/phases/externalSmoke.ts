import { resolveDeployment, serviceOnHost } from '../deployments/resolveDeployment.ts';
import { textArgument } from '../deployments/textArgument.ts';
import { usageError } from '../errors.ts';
import { successfulResult } from '../ledger/marks/applyPhaseEnd.ts';
import type { StageResult } from '../marks.ts';
import { send } from '../push/pushGroups.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/** The given options about a test that ran elsewhere. */
interface SmokeResult {
  readonly test: string;
  readonly passed: boolean;
  readonly failed: boolean;
  readonly try: boolean;
  readonly allowFailure: boolean;
  readonly error: string | null;
  readonly host: string | null;
}

/**
 * `smoke <test> --passed|--failed`: records a test that another tool ran. Its failure does not change our exit code.
 */
export async function recordExternalSmoke(session: Session, said: SmokeResult): Promise<number> {
  const { test } = said;
  const result = await resultOf(session, said);
  const { deploymentId, warnings } = await resolveDeployment(session);
  session.warnings.push(...warnings);
  if (deploymentId === null) return endCommand(session, { code: 0 });
  const { context, store } = session;
  const at = context.began();
  const service = await serviceOnHost(session, { host: said.host, deploymentId });
  const ids = { markId: context.uniqueId(), runId: context.uniqueId() };
  const mark = { kind: 'smoke', ...ids, deploymentId, at, test, service } as const;
  session.warnings.push(...(await store.record({ ...mark, startedAt: null, result })));
  const kept = session.warnings.length;
  await send(session, { deploymentId, adopt: 'never' });
  return endCommand(session, { code: 0, kept });
}

async function resultOf(session: Session, said: SmokeResult): Promise<StageResult> {
  const { passed, failed } = said;
  if (passed === failed)
    throw usageError(
      passed
        ? '--passed and --failed cannot be used together'
        : 'smoke: missing command after `--`, or result',
      'run `deploytrack smoke login -- <command…>`, or use --passed or --failed if the test ran elsewhere',
    );
  const judged = said.try ? 'no' : said.allowFailure ? 'allowed' : 'yes';
  if (passed) return { ...successfulResult, judged };
  return {
    ...successfulResult,
    status: 'failed',
    errorType: 'other',
    errorMessage: await textArgument(session, { name: 'error', value: said.error }),
    judged,
  };
}
