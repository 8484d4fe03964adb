import { deploymentRow, serviceOf } from '../deployments/resolveDeployment.ts';
import { cutToBytes } from '../model.ts';
import type { Session } from '../session.ts';

/** A name is at most this long, in bytes. */
const mostBytes = 255;

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
  return cutToBytes(service === null ? host : `${service}@${host}`, mostBytes);
}
