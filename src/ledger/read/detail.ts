import type { Database } from '../file/addon.ts';
import { transaction } from '../file/transaction.ts';
import {
  type Outage,
  type Rollback,
  readOutages,
  readRollbacks,
  readWarnings,
  type StoredWarning,
} from './aftermath.ts';
import { readTrackedState, type TrackedState } from './changes.ts';
import { readDeployment } from './deployments.ts';
import { type Fact, readFacts } from './facts.ts';
import { type ProbeSummary, readProbes, readVerifications, type Verification } from './health.ts';
import { type PhaseComparison, phaseComparison } from './phaseComparison.ts';
import type { DeploymentRecord } from './record.ts';
import {
  type Cost,
  type ErrorRate,
  readCosts,
  readErrorRates,
  readSmokeTests,
  type SmokeTest,
} from './records.ts';
import { readStages, type StageRun } from './stages.ts';

/** The facts about the machine on the boot in which the deployment started. */
export interface HostFacts {
  readonly cpu: string | null;
  readonly cores: number | null;
  readonly memoryBytes: number | null;
}

/** Everything the ledger has about one deployment. */
export interface DeploymentDetail {
  readonly deployment: DeploymentRecord;
  readonly stages: readonly StageRun[];
  /** For each finished run, by its ID, its comparison. */
  readonly comparisons: readonly PhaseComparison[];
  readonly verifications: readonly Verification[];
  readonly probes: readonly ProbeSummary[];
  readonly outages: readonly Outage[];
  readonly rollbacks: readonly Rollback[];
  readonly smokeTests: readonly SmokeTest[];
  readonly costs: readonly Cost[];
  readonly errorRates: readonly ErrorRate[];
  readonly tracked: TrackedState;
  readonly facts: readonly Fact[];
  readonly host: HostFacts | null;
  readonly warnings: readonly StoredWarning[];
}

/** One whole deployment at one moment; null if the ledger has no such ID. */
export function readDetail(db: Database, deploymentId: string): DeploymentDetail | null {
  return transaction(db, { mode: 'read' }, () => {
    const deployment = readDeployment(db, deploymentId);
    if (deployment === null) return null;
    return {
      deployment,
      stages: readStages(db, deploymentId),
      comparisons: phaseComparison(db, deploymentId),
      verifications: readVerifications(db, deploymentId),
      probes: readProbes(db, deploymentId),
      outages: readOutages(db, deploymentId),
      rollbacks: readRollbacks(db, deploymentId),
      smokeTests: readSmokeTests(db, deploymentId),
      costs: readCosts(db, deploymentId),
      errorRates: readErrorRates(db, deploymentId),
      tracked: readTrackedState(db, deploymentId),
      facts: readFacts(db, deploymentId),
      host: readHost(db, deploymentId),
      warnings: readWarnings(db, deploymentId),
    };
  });
}

function readHost(db: Database, deploymentId: string): HostFacts | null {
  const row = db
    .prepare<[string], HostFacts>(
      `SELECT h.cpu, h.cores, h.memory_bytes AS memoryBytes
       FROM deployment_metrics d JOIN host_facts h ON h.boot = d.started_boot WHERE d.deployment_id = ?`,
    )
    .get(deploymentId);
  return row ?? null;
}
