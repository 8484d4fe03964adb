/**
 * Marks: everything that a command records in the ledger, as plain data. The same value is applied in a transaction, or
 * written to the journal as one JSON line and applied later; `markId` makes that exactly once.
 */
import type { FinalStatus, Instant, StageErrorType } from './model.ts';

export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in the kernel's own unit: distinguishes a process from a later one with the same PID. */
  readonly started: string | null;
  readonly boot: string | null;
  /** The namespace of the PID (`pid:[4026531836]`); null if there is none, or an older version did not record it. */
  readonly pidNamespace: string | null;
}

interface MarkBase {
  readonly markId: string;
  readonly deploymentId: string;
  readonly at: Instant;
}

export interface StartMark extends MarkBase {
  readonly kind: 'start';
  /** The text from which the ID was made, if other characters were given. */
  readonly givenId?: string | null;
  readonly deployment: string;
  readonly environment: string;
  readonly service: string;
  readonly instance: string;
  readonly hostname: string;
  readonly runner: string | null;
  readonly version: string;
  readonly previousVersion: string | null;
  readonly commitSha: string | null;
  readonly url: string | null;
  readonly triggeredAtMs: number | null;
  readonly triggeredBy: string | null;
  readonly method: string;
  readonly notes: string | null;
  readonly pythonCommand: string | null;
  readonly rollbackOf: string | null;
  readonly caller: ProcessIdentity | null;
  readonly callerRole: 'caller' | 'run';
  readonly abandonAfterMs: number;
  readonly takeOver: boolean;
  /** Continue the deployment of this ID if it exists. */
  readonly join: boolean;
  readonly declare: Declarations;
  /** What is read when it ends, to find changes since the deployment before. */
  readonly track?: Tracked;
  /** Only the caller and its children can know the ID: none was given, there is no ID file, and no CI was detected. */
  readonly callerKnowsAlone?: boolean;
  /** Why a version that is marked bad was started, and why it was started although the gate was closed. */
  readonly forceBad?: string | null;
  readonly hotfix?: string | null;
  /** For the load of the host until the finish, if the system has no load average: ms of all cores since the boot. */
  readonly cpuTimes?: { readonly busyMs: number; readonly totalMs: number } | null;
}

/** Files by their hash, and lists of installed packages. */
export interface Tracked {
  readonly files: readonly string[];
  readonly packages: readonly PackageManager[];
}

export const packageManagers = ['pip', 'npm', 'dpkg'] as const;
export type PackageManager = (typeof packageManagers)[number];

export interface Declarations {
  readonly services: readonly string[];
  readonly stages: readonly string[];
  readonly tests: readonly string[];
  readonly resources: readonly string[];
  readonly checkTypes: readonly string[];
}

export interface PhaseStartMark extends MarkBase {
  readonly kind: 'phase-start';
  readonly runId: string;
  readonly stage: string;
  /** Null: the deployment's own. */
  readonly service: string | null;
  /** The process whose lifetime is the phase's; null for `phase start`. */
  readonly process: ProcessIdentity | null;
  readonly prober: { readonly process: ProcessIdentity; readonly file: string } | null;
  readonly irreversible?: boolean;
  /** `callerToken` of the process that asked for it; null for a wrapped phase, which ends itself. */
  readonly caller?: string | null;
}

/** `remote`: that of the host that printed the marks. */
export type StageClock = 'monotonic' | 'wall' | 'backwards' | 'remote';

/** Whether a failure affects the status of the deployment: yes, as a warning (`--allow-failure`), no (`--try`). */
export type FailurePolicy = 'yes' | 'allowed' | 'no';

export interface StageResult {
  readonly status: 'success' | 'failed';
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly errorType: StageErrorType | null;
  readonly errorMessage: string | null;
  readonly judged: FailurePolicy;
  readonly cpuSeconds: number | null;
  readonly memoryBytes: number | null;
  readonly stderrTail: string | null;
}

export interface PhaseEndMark extends MarkBase {
  readonly kind: 'phase-end';
  /** Null: the newest open run of the stage and service. */
  readonly runId: string | null;
  readonly stage: string;
  readonly service: string | null;
  /** Known if one process saw both ends. */
  readonly startedAt: Instant | null;
  /** A duration measured by another tool. */
  readonly durationSeconds: number | null;
  /** The clock that measured the duration, if that is not known from the two instants. */
  readonly clock?: StageClock | null;
  readonly result: StageResult;
  readonly downtime: MeasuredDowntime | null;
  /** Applied migrations; null if they were not counted. */
  readonly migrationCount: number | null;
  readonly artifact: { readonly bytes: number | null; readonly downloadSeconds: number | null } | null;
  readonly databaseBytes: number | null;
  readonly irreversible?: boolean;
  /** `callerToken` of the process that asked for it: without a run, its own newest one is meant. */
  readonly caller?: string | null;
  /** `ownToken`: the caller, if it was a shell that this process has replaced. */
  readonly replaced?: string | null;
}

/** The result of a prober around a cutover. */
export interface MeasuredDowntime {
  readonly outages: readonly { readonly beganAt: Instant; readonly endedAt: Instant | null }[];
  readonly attempts: readonly AttemptRecord[];
}

export interface AttemptRecord {
  readonly at: Instant;
  readonly endedAt: Instant;
  readonly latencySeconds: number;
  readonly healthy: boolean;
  readonly verdict: string;
  readonly words: string;
  readonly statusCode: number | null;
  readonly version: string | null;
}

export interface HealthMark extends MarkBase {
  readonly kind: 'health';
  readonly verificationId: string;
  readonly service: string | null;
  readonly checkType: string;
  readonly target: string | null;
  readonly startedAt: Instant;
  readonly success: boolean;
  readonly verdict: string;
  readonly words: string;
  readonly expectedVersion: string | null;
  readonly attempts: readonly AttemptRecord[];
  readonly firstGoodAt: Instant | null;
  /** `--since`: start of time to healthy if no cutover ran. */
  readonly sinceMs: number | null;
  readonly judged: FailurePolicy;
  /** For `--watch`: the ratio of failed checks after the first successful one. */
  readonly errorRate?: number | null;
}

/** A smoke test has ended: one that we ran, or one that ran elsewhere. */
export interface SmokeMark extends MarkBase {
  readonly kind: 'smoke';
  readonly runId: string;
  readonly test: string;
  readonly service: string | null;
  /** Null if it ran elsewhere. */
  readonly startedAt: Instant | null;
  readonly result: StageResult;
}

/** A cost of a deployment, once for each resource and bill. */
export interface CostMark extends MarkBase {
  readonly kind: 'cost';
  readonly resource: string;
  readonly usd: number;
}

/** The ratio of failed requests after a deployment, 0 to 1. */
export interface ErrorRateMark extends MarkBase {
  readonly kind: 'error-rate';
  readonly service: string | null;
  readonly errorRate: number;
}

export interface RollbackMark extends MarkBase {
  readonly kind: 'rollback';
  readonly rollbackId: string;
  readonly reason: string;
  /** Null: that deployment's previous version. */
  readonly toVersion: string | null;
  readonly success: boolean;
  readonly exitCode: number | null;
  readonly error: string | null;
  /** `begin`: it starts, later marks belong to it; `end`: its result; `whole`: recorded later; `refused`: only `automatic`. */
  readonly step: 'begin' | 'end' | 'whole' | 'refused';
  readonly automatic?: AutomaticRollback;
  /**
   * By `rollback start` and `rollback end`: the first closes the open phases and opens the phase `rollback`, the second
   * belongs to the newest open rollback of the deployment.
   */
  readonly separate?: {
    readonly service: string | null;
    readonly probed: NonNullable<FinishMark['probed']>;
  };
}

/** By `--rollback`: what failed, why nothing is rolled back, which process decided, and the outage seen until now. */
export interface AutomaticRollback {
  readonly failedCheck: string;
  readonly refused: string | null;
  readonly process: ProcessIdentity | null;
  readonly outages: MeasuredDowntime['outages'];
}

export interface FinishMark extends MarkBase {
  readonly kind: 'finish';
  readonly status: FinalStatus | null;
  readonly exitCode: number | null;
  readonly error: string | null;
  readonly notes: string | null;
  /** From a trap: closes an open deployment as failed, leaves a closed one. */
  readonly onExit: boolean;
  readonly abandoned: boolean;
  readonly discard: boolean;
  /** Inside `run`: adds notes and error, closes nothing. */
  readonly keepOpen: boolean;
  /** The results of background probers of phases that are still open. */
  readonly probed?: readonly { readonly runId: string; readonly downtime: MeasuredDowntime }[];
}

export type Mark =
  | StartMark
  | PhaseStartMark
  | PhaseEndMark
  | HealthMark
  | SmokeMark
  | CostMark
  | ErrorRateMark
  | RollbackMark
  | FinishMark;
