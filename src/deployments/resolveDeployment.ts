import { asWarning, type Warning } from '../errors.ts';
import { findDeployment, openDeployments } from '../ledger/deployments.ts';
import { cutToBytes } from '../model.ts';
import type { Session } from '../session.ts';

/** The deployment that a mark belongs to; null means none, and the warning says why. */
export interface ResolvedDeployment {
  readonly deploymentId: string | null;
  readonly warnings: readonly Warning[];
}

/**
 * `--id`, otherwise DEPLOYTRACK_ID, otherwise the only deployment in progress in this ledger that has the given names.
 * Nothing is guessed: none or several is a warning that lists them.
 */
export async function resolveDeployment(session: Session): Promise<ResolvedDeployment> {
  const { settings, store } = session;
  const id = settings.of('id');
  if (id !== null && id.text !== 'none') return { deploymentId: id.text, warnings: [] };
  if (id !== null) return { deploymentId: null, warnings: [noDeployment(id.source)] };
  const deployment = settings.text('deployment') ?? undefined;
  const environment = settings.text('environment') ?? undefined;
  try {
    const open = openDeployments(await store.database(), { deployment, environment });
    const only = open[0];
    if (open.length === 1 && only !== undefined) return { deploymentId: only.deploymentId, warnings: [] };
    return { deploymentId: null, warnings: [severalOrNone(open)] };
  } catch (error) {
    const { code, message, hint } = asWarning(error);
    const isOurs = code === 'INSTALLATION' || code === 'ADDON_MISSING';
    return {
      deploymentId: null,
      warnings: [
        {
          code: 'NO_DEPLOYMENT',
          message: `cannot determine the deployment: ${message}; nothing was recorded`,
          hint: (isOurs ? hint : undefined) ?? 'set DEPLOYTRACK_ID, or use --id',
          failed: 'recording',
        },
      ],
    };
  }
}

/** The service a mark names; null: the deployment's own. */
export function serviceOf(session: Session): string | null {
  return session.settings.text('service');
}

/** A name is at most this long, in bytes. */
const longestName = 255;

/**
 * The service of the rows: that of `--service`, and with `--host` one for each host, `gateway@web-1`. Then runs of one
 * phase on several hosts are told apart wherever services are.
 */
export async function serviceOnHost(
  session: Session,
  { host, deploymentId }: { host: string | null; deploymentId: string },
): Promise<string | null> {
  const said = serviceOf(session);
  if (host === null) return said;
  const row = said === null ? await deploymentRow(session, deploymentId).catch(() => null) : null;
  const service = said ?? row?.service ?? null;
  return cutToBytes(service === null ? host : `${service}@${host}`, longestName);
}

export async function deploymentRow(session: Session, deploymentId: string) {
  return findDeployment(await session.store.database(), deploymentId);
}

function noDeployment(source: string): Warning {
  return {
    code: 'NO_DEPLOYMENT',
    message: `${source} is empty: no deployment was started; nothing was recorded`,
    hint: 'set it to the ID that `deploytrack start` prints',
    failed: 'recording',
  };
}

function severalOrNone(
  open: readonly { deploymentId: string; deployment: string; environment: string; startedAt: string }[],
): Warning {
  if (open.length === 0) {
    return {
      code: 'NO_DEPLOYMENT',
      message: 'no deployment is in progress in this ledger; nothing was recorded',
      hint: 'run export DEPLOYTRACK_ID=$(deploytrack start …), or use --id',
      failed: 'recording',
    };
  }
  const list = open
    .map((row) => `${row.deploymentId} (${row.deployment}/${row.environment}, since ${row.startedAt})`)
    .join(', ');
  return {
    code: 'NO_DEPLOYMENT',
    message: `${open.length} deployments are in progress: ${list}; nothing was recorded`,
    hint: 'use --id, DEPLOYTRACK_ID or --deployment to choose one',
    failed: 'recording',
  };
}
