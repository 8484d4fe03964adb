import { usageError } from '../errors.ts';
import { openDeployments } from '../ledger/deployments.ts';
import { newestEnded } from '../ledger/read/deployments.ts';
import { safeId } from '../model.ts';
import { printLine } from '../report/messages/print.ts';
import type { Session } from '../session.ts';
import { namedDeployment, type ResolvedDeployment, resolveDeployment } from './resolveDeployment.ts';

/** The ID of `--of`. Throws a usage error if it is invalid. */
export function ofDeployment(of: string | null): string | null {
  if (of === null) return null;
  const id = safeId(of);
  if (id !== null) return id;
  throw usageError(`invalid ID ${JSON.stringify(of)} for --of`, 'run `deploytrack history` to list the IDs');
}

/**
 * The deployment for a record that finished deployments accept too: `of` or `--id`, otherwise DEPLOYTRACK_ID or the ID
 * file, otherwise the open one, otherwise, with `finishedToo`, the newest finished one of the given deployment and environment, which a
 * note names.
 */
export async function resolveForRecord(
  session: Session,
  { of, finishedToo }: { of: string | null; finishedToo: boolean },
): Promise<ResolvedDeployment> {
  if (of !== null) return { deploymentId: of, warnings: [] };
  const { settings, context } = session;
  if (!finishedToo) return resolveDeployment(session);
  const named = await namedDeployment(session);
  if (named !== null) return named;
  try {
    const database = await session.store.database();
    const deployment = settings.text('deployment') ?? undefined;
    const environment = settings.text('environment') ?? undefined;
    if (openDeployments(database, { deployment, environment }).length > 0) return resolveDeployment(session);
    const newest = newestEnded(database, {
      deployment: deployment ?? null,
      environment: environment ?? null,
    });
    if (newest === null) return resolveDeployment(session);
    printLine(context, `recorded for ${newest}, the newest finished deployment`);
    return { deploymentId: newest, warnings: [] };
  } catch {
    return resolveDeployment(session);
  }
}
