import { resolve } from 'node:path';
import { fileHash } from '../../host/fileHash.ts';
import { installedPackages } from '../../host/packages.ts';
import { findDeployment } from '../../ledger/deployments.ts';
import { keepTracked, type TrackedItem, trackedOf } from '../../ledger/tracked.ts';
import type { PackageManager } from '../../marks.ts';
import type { Session } from '../../session.ts';

/** Files and package managers are asked at once; none may hold a finish for longer. */
const timeoutMs = 10_000;

/** Keeps the hashes and packages that `start` was told to track. Never fails a finish: what is not there is told. */
export async function readTracked(session: Session, deploymentId: string): Promise<void> {
  const { context, store } = session;
  try {
    const database = await store.database();
    const tracked = trackedOf(database, deploymentId);
    if (tracked === null) return;
    const python = findDeployment(database, deploymentId)?.pythonCommand ?? defaultPython(context.platform);
    const found = await Promise.all([
      ...tracked.files.map((path) => hashed(session, path)),
      ...tracked.packages.map((manager) => installed(session, { manager, python })),
    ]);
    await store.write((open) => keepTracked(open, { deploymentId, items: found.flat() }));
  } catch {
    // The row is written; what is missing here was no part of the deployment.
  }
}

function defaultPython(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'python' : 'python3';
}

async function hashed({ context, warnings }: Session, name: string): Promise<TrackedItem[]> {
  const value = await fileHash(context, resolve(context.cwd, name), timeoutMs);
  if (value === null)
    warnings.push({ code: 'TRACK', message: `--track-file ${name}: there is no file that can be read` });
  return [{ kind: 'file', name, value }];
}

async function installed(
  { context, warnings }: Session,
  { manager, python }: { manager: PackageManager; python: string },
): Promise<TrackedItem[]> {
  const packages = await installedPackages(manager, { python, cwd: context.cwd, timeoutMs });
  if (packages !== null) return [...packages].map(([name, value]) => ({ kind: manager, name, value }));
  const asked = manager === 'pip' ? `${python} -m pip` : manager;
  warnings.push({
    code: 'TRACK',
    message: `--track-packages ${manager}: ${asked} did not tell what is installed`,
  });
  return [];
}
