import type { Database } from '../file/addon.ts';
import { coveredSeconds } from '../marks/intervals.ts';
import { type Change, changesBetween } from '../read/changes.ts';
import { readDeployment } from '../read/deployments.ts';
import type { DeploymentRecord } from '../read/record.ts';
import { readStages, type StageRun } from '../read/stages.ts';

/** A comparison of two deployments. Seconds; null if a step did not happen or was not measured. */
export interface Comparison {
  readonly one: DeploymentRecord;
  readonly other: DeploymentRecord;
  readonly phases: readonly ComparedPhase[];
  /** From the first to the second; null if no tracked items are common to both. */
  readonly changes: readonly Change[] | null;
}

export interface ComparedPhase {
  readonly stage: string;
  readonly oneSeconds: number | null;
  readonly otherSeconds: number | null;
}

/**
 * By full IDs; null if the ledger lacks one of them. Phases in the order in which they began, those of the first
 * deployment first.
 */
export function readComparison(db: Database, oneId: string, otherId: string): Comparison | null {
  const [one, other] = [readDeployment(db, oneId), readDeployment(db, otherId)];
  if (one === null || other === null) return null;
  const [ofOne, ofOther] = [secondsByStage(db, oneId), secondsByStage(db, otherId)];
  const phases = [...new Set([...ofOne.keys(), ...ofOther.keys()])].map((stage) => ({
    stage,
    oneSeconds: ofOne.get(stage) ?? null,
    otherSeconds: ofOther.get(stage) ?? null,
  }));
  return { one, other, phases, changes: changesBetween(db, oneId, otherId) };
}

/** Parallel runs count once; the rollback is not part of the deployment. */
function secondsByStage(db: Database, id: string): Map<string, number> {
  const runs = readStages(db, id).filter(
    (run) => !run.ofRollback && !run.late && run.durationSeconds !== null,
  );
  const stages = new Set(runs.map(({ stage }) => stage));
  return new Map(
    [...stages].map((stage) => [
      stage,
      coveredSeconds(runs.filter((run) => run.stage === stage).map(interval)),
    ]),
  );
}

function interval({ startedAt, durationSeconds }: StageRun): { from: number; to: number } {
  const from = Date.parse(startedAt) / 1000;
  return { from, to: from + (durationSeconds ?? 0) };
}
