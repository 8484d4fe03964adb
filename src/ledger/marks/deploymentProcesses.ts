import type { Context } from '../../context.ts';
import type { ProcessIdentity, StartMark } from '../../marks.ts';
import { liveness, type ProcessState, processOfToken } from '../../processes.ts';
import type { Database } from '../file/addon.ts';
import { isOpen } from '../statuses.ts';

/**
 * Whether the process that a row names is still running. `isQuiet`: its deployment is old enough to be closed as
 * abandoned, so that it is worth a closer look.
 */
export type LifeTest = (process: ProcessIdentity, how?: { isQuiet?: boolean }) => ProcessState;

/** A running process keeps its deployment from being abandoned. */
export function saveProcess(
  database: Database,
  kept: {
    deploymentId: string;
    role: StartMark['callerRole'] | 'phase';
    process: ProcessIdentity;
    /** Whether no other process can know the ID. */
    knowsAlone?: boolean;
  },
): void {
  const { pid, pidNamespace, started, boot } = kept.process;
  database
    .prepare(
      'INSERT OR REPLACE INTO processes (deployment_id, role, pid, pid_namespace, started, boot, knows_alone) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      kept.deploymentId,
      kept.role,
      pid,
      pidNamespace ?? '',
      started,
      boot,
      kept.knowsAlone === true ? 1 : 0,
    );
}

const columns = "pid, nullif(pid_namespace, '') AS pidNamespace, started, boot";

/**
 * Checks every process of an open deployment now, so that nothing is looked up while the ledger is locked. A process
 * added meanwhile is checked when needed.
 */
export function withKnownLives(
  context: Context,
  { database, abandonAfterMs = longestYoungMs }: { database: Database; abandonAfterMs?: number },
): LifeTest {
  const look: LifeTest = (process, how) => liveness(context, process, how);
  const open = database.prepare<unknown[], ProcessIdentity & { startedAt: string }>(
    `SELECT ${columns}, m.deployment_started_at AS startedAt FROM processes p
     JOIN deployment_metrics m ON m.deployment_id = p.deployment_id AND m.${isOpen}`,
  );
  const youngMs = Math.min(abandonAfterMs, longestYoungMs);
  const seen = new Map(
    open.all().map(({ startedAt, ...one }) => {
      const isQuiet = context.instant().wallMs - Date.parse(startedAt) >= youngMs;
      return [JSON.stringify(one), look(one, { isQuiet })];
    }),
  );
  return (process) => seen.get(JSON.stringify(process)) ?? look(process);
}

/** For what may not ask at all: on Windows each look starts a program. */
export function whenAsked(look: () => LifeTest): LifeTest {
  let known: LifeTest | undefined;
  return (process, how) => {
    known ??= look();
    return known(process, how);
  };
}

/** Under an hour, its default, a deployment is not abandoned by its age; a shorter `--abandon-after` counts. */
const longestYoungMs = 600_000;

/**
 * Whether a process of this deployment is running: its caller, `run`, or a wrapped phase. Unknown if none is seen
 * running and the state of one is unknown.
 */
export function deploymentLife(
  database: Database,
  { deploymentId, life }: { deploymentId: string; life: LifeTest },
): ProcessState {
  return lifeOf(
    database
      .prepare<unknown[], ProcessIdentity>(`SELECT ${columns} FROM processes WHERE deployment_id = ?`)
      .all(deploymentId),
    life,
  );
}

/** The same for the processes that run a command for it. */
export function phaseLife(
  database: Database,
  { deploymentId, life }: { deploymentId: string; life: LifeTest },
): ProcessState {
  const processes = database.prepare<unknown[], ProcessIdentity>(
    `SELECT ${columns} FROM processes WHERE deployment_id = ? AND role = 'phase'`,
  );
  return lifeOf(processes.all(deploymentId), life);
}

function lifeOf(processes: readonly ProcessIdentity[], life: LifeTest): ProcessState {
  const lives = new Set(processes.map((one) => life(one)));
  if (lives.has('alive')) return 'alive';
  return lives.has('unknown') ? 'unknown' : 'dead';
}

/**
 * Whether the script of a deployment has ended on this boot, and no other process can know its ID. A step that marked a
 * phase and may still be running counts as another process.
 */
export function isLeftBehind(
  database: Database,
  { deploymentId, boot, life }: { deploymentId: string; boot: string | null; life: LifeTest },
): boolean {
  const alone = database
    .prepare(
      `SELECT min(role = 'caller' AND knows_alone = 1 AND boot = @boot) FROM processes
       WHERE deployment_id = @deploymentId AND role <> 'phase'`,
    )
    .pluck()
    .get({ deploymentId, boot });
  if (alone !== 1 || deploymentLife(database, { deploymentId, life }) !== 'dead') return false;
  const callers = database
    .prepare(
      "SELECT DISTINCT caller FROM deployment_stages WHERE deployment_id = ? AND typeof(caller) = 'text'",
    )
    .pluck()
    .all(deploymentId) as string[];
  return callers.map(processOfToken).every((one) => one === null || life(one) === 'dead');
}

/** Whether other processes than this one have started, or joined, a deployment, and this one has not. */
export function startedElsewhere(
  database: Database,
  { deploymentId, process }: { deploymentId: string; process: ProcessIdentity },
): boolean {
  const callers = database
    .prepare<unknown[], ProcessIdentity>(
      `SELECT ${columns} FROM processes WHERE deployment_id = ? AND role = 'caller'`,
    )
    .all(deploymentId);
  const isIt = ({ pid, started, boot, pidNamespace }: ProcessIdentity) =>
    pid === process.pid &&
    started === process.started &&
    boot === process.boot &&
    pidNamespace === process.pidNamespace;
  return callers.length > 0 && !callers.some(isIt);
}
