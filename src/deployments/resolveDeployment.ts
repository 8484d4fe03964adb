import { closeSync } from 'node:fs';
import { asWarning, type Warning } from '../errors.ts';
import { validText } from '../files/decodeText.ts';
import { openOwn } from '../files/openOwn.ts';
import { readAll } from '../files/readNamed.ts';
import { findDeployment, openDeployments } from '../ledger/deployments.ts';
import { cutToBytes, safeId } from '../model.ts';
import type { Session } from '../session.ts';

/** The deployment that a mark belongs to; null means none, and the warning says why. */
export interface ResolvedDeployment {
  readonly deploymentId: string | null;
  readonly warnings: readonly Warning[];
}

/** `--id`, otherwise DEPLOYTRACK_ID, otherwise the ID file, otherwise the only deployment in progress. */
export async function resolveDeployment(session: Session): Promise<ResolvedDeployment> {
  return (await namedDeployment(session)) ?? onlyDeployment(session, 'nothing was recorded');
}

/** The deployment of `--id`, DEPLOYTRACK_ID or the ID file; null if none of them is set, or the file is missing. */
export async function namedDeployment(session: Session): Promise<ResolvedDeployment | null> {
  const { settings, context } = session;
  const id = settings.of('id');
  if (id !== null) return named(id.text, id.source);
  const path = settings.path('id-file', context.cwd);
  if (path === null) return null;
  const found = readIdFile(path);
  if ('warning' in found) return { deploymentId: null, warnings: [found.warning] };
  return found.id === null ? null : named(found.id, `the ID file ${path}`);
}

function named(id: string, source: string): ResolvedDeployment {
  return id === 'none'
    ? { deploymentId: null, warnings: [noDeployment(source)] }
    : { deploymentId: id, warnings: [] };
}

/**
 * The only deployment in progress in this ledger that has the given names. Nothing is guessed: none or several is a
 * warning that lists them and ends with `undone`.
 */
export async function onlyDeployment(session: Session, undone: string): Promise<ResolvedDeployment> {
  const { settings, store } = session;
  const deployment = settings.text('deployment') ?? undefined;
  const environment = settings.text('environment') ?? undefined;
  try {
    const open = openDeployments(await store.database(), { deployment, environment });
    const only = open[0];
    if (open.length === 1 && only !== undefined) return { deploymentId: only.deploymentId, warnings: [] };
    return { deploymentId: null, warnings: [severalOrNone(open, undone)] };
  } catch (error) {
    const { code, message, hint } = asWarning(error);
    const isOurs = code === 'INSTALLATION' || code === 'ADDON_MISSING';
    return {
      deploymentId: null,
      warnings: [
        {
          code: 'NO_DEPLOYMENT',
          message: `cannot determine the deployment: ${message}; ${undone}`,
          hint: (isOurs ? hint : undefined) ?? 'set DEPLOYTRACK_ID, or use --id',
          failed: 'recording',
        },
      ],
    };
  }
}

/**
 * The deployment that `finish` closes. Without an ID it is the only open one of a deployment that is named: a trap, and
 * a script whose ID file is gone because it has finished already, must not close that of another script, so there the
 * name must be on the command line.
 */
export async function toFinish(
  session: Session,
  { onExit }: { onExit: boolean },
): Promise<ResolvedDeployment> {
  const { settings, context } = session;
  const named = await namedDeployment(session);
  if (named !== null && settings.of('id')?.text !== 'none') return named;
  const idFile = settings.path('id-file', context.cwd);
  if (named === null) {
    const isCareful = onExit || idFile !== null;
    const name = isCareful ? settings.given('deployment') : settings.text('deployment');
    if (name !== null) return onlyDeployment(session, 'nothing was closed');
    // The trap after a `finish`.
    if (onExit && idFile !== null) return { deploymentId: null, warnings: [] };
  }
  return { deploymentId: null, warnings: [nothingClosed(named === null ? idFile : null)] };
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
  undone: string,
): Warning {
  if (open.length === 0) {
    return {
      code: 'NO_DEPLOYMENT',
      message: `no deployment is in progress in this ledger; ${undone}`,
      hint: 'run export DEPLOYTRACK_ID=$(deploytrack start …), or use --id',
      failed: 'recording',
    };
  }
  const list = open
    .map((row) => `${row.deploymentId} (${row.deployment}/${row.environment}, since ${row.startedAt})`)
    .join(', ');
  return {
    code: 'NO_DEPLOYMENT',
    message: `${open.length} deployments are in progress: ${list}; ${undone}`,
    hint: 'use --id, DEPLOYTRACK_ID or --deployment to choose one',
    failed: 'recording',
  };
}

function nothingClosed(idFile: string | null): Warning {
  const missing = idFile === null ? '' : `, and there is no ID file ${idFile}`;
  return {
    code: 'NO_DEPLOYMENT',
    message: `finish: no deployment ID given${missing}; nothing was closed`,
    hint: 'set DEPLOYTRACK_ID to the ID that `deploytrack start` prints, or use --id',
    failed: 'recording',
  };
}

/** An ID has at most 64 characters; what a CI gives as one may be longer. */
const mostBytes = 4096;

/** The ID in the file, `none` if it is empty; null if there is no file. A warning if it cannot be read. */
export type FiledId =
  | { readonly path: string; readonly id: string | null }
  | { readonly path: string; readonly warning: Warning };

export function readIdFile(path: string): FiledId {
  try {
    const text = textOf(path);
    return { path, id: text === null ? null : (safeId(text) ?? 'none') };
  } catch (error) {
    return {
      path,
      warning: {
        code: 'ID_FILE',
        message: `cannot read the ID file ${path}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}; nothing was recorded`,
        hint: 'use --id-file with a file that `deploytrack start` wrote, or use --id',
        failed: 'recording',
      },
    };
  }
}

/** Without the line end; null if there is no file. Never follows a link or waits for a pipe. */
function textOf(path: string): string | null {
  const file = openOwn(path, { access: 'read', owners: undefined });
  if (file === null) return null;
  try {
    const text = validText(readAll(file.descriptor, mostBytes))?.trim();
    if (text === undefined || /[\u0000-\u001f\u007f]/.test(text))
      throw new Error('it is not one line of text');
    return text;
  } finally {
    closeSync(file.descriptor);
  }
}
