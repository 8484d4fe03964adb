import { startFacts } from '../../deployments/startFacts.ts';
import { knownGoodVersion } from '../../ledger/rollback/knownVersions.ts';
import { redact } from '../../redact.ts';
import { readingDatabase } from '../../report/ledger/readingDatabase.ts';
import type { Session } from '../../session.ts';
import { visible } from '../../text/visible.ts';
import type { VerifyPlan } from './plan.ts';

/** `run --dry-run`: what would be run, checked and rolled back; nothing is started, and no ledger is created. */
export async function plannedRun(
  session: Session,
  { plan, wrapped }: { plan: VerifyPlan; wrapped: readonly string[] },
): Promise<string> {
  const { deployment, environment, version, instance, warnings } = startFacts(session);
  session.warnings.push(...warnings);
  const place = {
    deployment: deployment.value,
    environment: environment.value,
    version: version.value,
    instance,
  };
  const database = await readingDatabase(session);
  const good = database === null ? null : knownGoodVersion(database, place);
  database?.close();
  const { health, smokes, rollback } = plan;
  const checks = [
    ...(health === null ? [] : [health.url]),
    ...smokes.map(({ test }) => `smoke test ${test}`),
  ];
  const goesBack =
    good === null
      ? 'nothing would be rolled back: no earlier version is known to be good here'
      : `it would be rolled back to ${good} with: ${rollback?.shown}`;
  const lines = [
    `would deploy ${place.deployment} ${place.version} to ${place.environment} with: ${redact(wrapped.join(' '))}`,
    `would check: ${checks.join(', ') || 'the exit code of the script'}`,
    `if it failed after the cutover has begun, ${goesBack}`,
  ];
  return lines.map((line) => `${visible(line)}\n`).join('');
}
