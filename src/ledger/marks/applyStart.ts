import type { Warning } from '../../errors.ts';
import type { StartMark, Tracked } from '../../marks.ts';
import { type GroupKey, isoTime } from '../../model.ts';
import { saveFacts } from '../collected/facts.ts';
import { type DeploymentRow, findDeployment, freeStart, openDeployments } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { versionInService } from '../inService.ts';
import { declareGroup } from '../totals/declareGroup.ts';
import { closeAbandoned, listed } from './abandoned.ts';
import { countOrphan } from './countOrphan.ts';
import { type LifeTest, saveProcess } from './deploymentProcesses.ts';

/** A deployment begins: its row, its counters at zero, and the end of abandoned deployments. */
export function applyStart(database: Database, mark: StartMark, life: LifeTest): Warning[] {
  const key: GroupKey = {
    instance: mark.instance,
    deployment: mark.deployment,
    environment: mark.environment,
  };
  const warnings = settleOthers(database, { mark, key, life });
  const group = declareGroup(database, {
    key,
    service: mark.service,
    declare: mark.declare,
    wallMs: mark.at.wallMs,
  });
  const existing = findDeployment(database, mark.deploymentId);
  if (existing === null) insertRow(database, { mark, key, group });
  else if (existing.fragment) adoptFragment(database, { mark, key, group });
  else if (!mark.join)
    warnings.push({
      code: 'ID_TAKEN',
      message: `deployment ${mark.deploymentId} already exists; the new marks continue it`,
    });
  saveFacts(database, {
    deploymentId: mark.deploymentId,
    source: 'start',
    atMs: mark.at.wallMs,
    facts: {
      'id.given': mark.givenId ?? null,
      'bad_version.forced': mark.forceBad ?? null,
      'gate.hotfix': mark.hotfix ?? null,
      'host.cpu_times': cpuTimes(mark),
    },
  });
  if (mark.track !== undefined && !isEmpty(mark.track))
    database
      .prepare('INSERT OR REPLACE INTO tracking VALUES (?, ?)')
      .run(mark.deploymentId, JSON.stringify(mark.track));
  if (mark.caller !== null)
    saveProcess(database, {
      deploymentId: mark.deploymentId,
      role: mark.callerRole,
      process: mark.caller,
      knowsAlone: mark.callerKnowsAlone === true,
    });
  return warnings;
}

/** Until the finish, which turns it into the load of the host. */
function cpuTimes({ cpuTimes: times = null, at }: StartMark): string | null {
  return times === null ? null : `${at.boot} ${times.busyMs} ${times.totalMs}`;
}

function isEmpty({ files, packages }: Tracked): boolean {
  return files.length === 0 && packages.length === 0;
}

function settleOthers(
  database: Database,
  { mark, key, life }: { mark: StartMark; key: GroupKey; life: LifeTest },
): Warning[] {
  const warnings = closeAbandoned(database, {
    only: key,
    except: mark.deploymentId,
    at: mark.at,
    abandonAfterMs: mark.abandonAfterMs,
    takeOver: mark.takeOver,
    leftBehindToo: true,
    life,
  });
  const open = openDeployments(database, key).filter((one) => one.deploymentId !== mark.deploymentId);
  return open.length === 0 ? warnings : [...warnings, stillOpen(open)];
}

/** One warning for all of them. */
function stillOpen(open: readonly DeploymentRow[]): Warning {
  const [{ deploymentId, deployment, environment, startedAt }] = open as [DeploymentRow];
  const name = `${deployment}/${environment}`;
  const one = open.length === 1;
  const named = listed(open.map((row) => `${row.deploymentId} (since ${row.startedAt})`));
  return {
    code: 'ALREADY_OPEN',
    message: one
      ? `deployment ${deploymentId} of ${name} (since ${startedAt}) is still open as well`
      : `${open.length} deployments of ${name} are still open as well: ${named}`,
    hint: one
      ? `run \`deploytrack finish --id ${deploymentId} --abandoned\` to close it, or use start --exclusive`
      : 'run `deploytrack finish --id <id> --abandoned` to close one of them, or use start --exclusive',
  };
}

function insertRow(
  database: Database,
  { mark, key, group }: { mark: StartMark; key: GroupKey; group: number },
): void {
  database
    .prepare(
      'INSERT INTO deployment_metrics (deployment_id, version, deployment_started_at, started_mono, started_boot) VALUES (?, ?, ?, ?, ?)',
    )
    .run(
      mark.deploymentId,
      mark.version,
      freeStart(database, { version: mark.version, wallMs: mark.at.wallMs }),
      mark.at.monotonicSeconds,
      mark.at.boot,
    );
  fillRow(database, { mark, key, group });
}

/** Marks came before the start (another process, a journal): the row keeps them, gets its names, and counts from now on. */
function adoptFragment(
  database: Database,
  { mark, key, group }: { mark: StartMark; key: GroupKey; group: number },
): void {
  database
    .prepare(
      'UPDATE deployment_metrics SET version = ?, deployment_started_at = ?, started_mono = ?, started_boot = ?, fragment = 0 WHERE deployment_id = ?',
    )
    .run(
      mark.version,
      freeStart(database, { version: mark.version, wallMs: mark.at.wallMs }),
      mark.at.monotonicSeconds,
      mark.at.boot,
      mark.deploymentId,
    );
  fillRow(database, { mark, key, group });
  const row = findDeployment(database, mark.deploymentId);
  if (row !== null) countOrphan(database, { row, wallMs: mark.at.wallMs });
}

function fillRow(
  database: Database,
  { mark, key, group }: { mark: StartMark; key: GroupKey; group: number },
): void {
  const previous = mark.previousVersion ?? versionInService(database, group)?.version ?? null;
  database
    .prepare(
      `UPDATE deployment_metrics SET deployment = ?, environment = ?, instance = ?, service = ?, hostname = ?, runner = ?, previous_version = ?, commit_sha = ?,
       url = ?, triggered_at = ?, triggered_by = ?, deployment_method = ?, notes = coalesce(?, notes), python_command = ?, rollback_of = ? WHERE deployment_id = ?`,
    )
    .run(
      key.deployment,
      key.environment,
      key.instance,
      mark.service,
      mark.hostname,
      mark.runner,
      previous,
      mark.commitSha,
      mark.url,
      mark.triggeredAtMs === null ? null : isoTime(mark.triggeredAtMs),
      mark.triggeredBy,
      mark.method,
      mark.notes,
      mark.pythonCommand,
      mark.rollbackOf,
      mark.deploymentId,
    );
}
