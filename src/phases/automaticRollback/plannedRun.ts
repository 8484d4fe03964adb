import { startFacts } from '../../deployments/startFacts.ts';
import { badVersion } from '../../ledger/collected/facts.ts';
import { knownGoodVersion } from '../../ledger/rollback/knownVersions.ts';
import { redact } from '../../redact.ts';
import { readingDatabase } from '../../report/ledger/readingDatabase.ts';
import type { Session } from '../../session.ts';
import { formatSeconds } from '../../text/figures.ts';
import { visible } from '../../text/visible.ts';
import type { VerifyPlan } from './plan.ts';

/** The options of `run` that decide whether it starts. */
export interface StartInput {
  readonly forceBad: string | null;
  readonly gate: boolean;
}

/** `run --dry-run`: what would be run, checked and rolled back; nothing is started, and no ledger is created. */
export async function plannedRun(
  session: Session,
  { plan, wrapped, start }: { plan: VerifyPlan; wrapped: readonly string[]; start: StartInput },
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
  const bad = database === null || start.forceBad !== null ? null : badVersion(database, place);
  database?.close();
  const name = `${place.deployment} ${place.version}`;
  if (bad !== null)
    return `${visible(`would refuse ${name}: it is marked bad, because deployment ${bad.deploymentId} failed (use --force-bad <reason>)`)}\n`;
  const { health, smokes, rollback } = plan;
  const watchMs = health?.watchMs ?? null;
  const checks = [
    ...(health === null ? [] : [health.url]),
    ...smokes.map(({ test }) => `smoke test ${test}`),
    ...(watchMs === null ? [] : [`the URL again for ${formatSeconds(watchMs / 1000)}`]),
  ];
  const goesBack =
    good === null
      ? 'nothing would be rolled back: no earlier version is known to be good here'
      : `it would be rolled back to ${good} with: ${rollback?.shown}`;
  const lines = [
    ...(start.gate ? ['the gate is not asked: run `deploytrack gate` for its answer'] : []),
    `would deploy ${name} to ${place.environment} with: ${redact(wrapped.join(' '))}`,
    `would check: ${checks.join(', ') || 'the exit code of the script'}`,
    `if it failed after the cutover has begun, ${goesBack}`,
  ];
  return lines.map((line) => `${visible(line)}\n`).join('');
}
