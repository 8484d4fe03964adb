import { resolve } from 'node:path';
import { fileHash } from '../host/fileHash.ts';
import { installedPackages, packagePrograms } from '../host/packages.ts';
import { fileAuthor } from '../ledger/checks/fileAuthor.ts';
import { findDeployment } from '../ledger/deployments.ts';
import { saveTracked, type TrackedItem, trackedOf } from '../ledger/tracked.ts';
import type { PackageManager, Tracked } from '../marks.ts';
import type { Session } from '../session.ts';
import { namedProgram, ownProgram, plainFolder } from './requestedProgram.ts';

/** Files and package managers are read at once; none may delay a finish for longer. */
const timeoutMs = 10_000;

/**
 * Stores the hashes and packages that `start` and `finish` were told to track. Never fails a finish: missing ones are
 * reported.
 */
export async function readTracked(
  session: Session,
  { deploymentId, said }: { deploymentId: string; said: Tracked },
): Promise<void> {
  const { store } = session;
  try {
    const database = await store.database();
    const begun = trusted(session, trackedOf(database, deploymentId));
    const files = [...new Set([...(begun?.files ?? []), ...said.files])];
    const packages = [...new Set([...(begun?.packages ?? []), ...said.packages])];
    if (files.length + packages.length === 0) return;
    const python = findDeployment(database, deploymentId)?.pythonCommand ?? null;
    const found = await Promise.all([
      ...files.map((path) => hashed(session, path)),
      ...packages.map((manager) => installed(session, { manager, python })),
    ]);
    await store.write((open) => saveTracked(open, { deploymentId, items: found.flat() }));
  } catch {
    // The row is written; what is missing here is only an addition.
  }
}

/**
 * If other accounts can write to the ledger, no file that it names is read: the hash would reveal content that they may
 * not read.
 */
function trusted({ context, store, warnings }: Session, begun: Tracked | null): Tracked | null {
  if (begun === null || begun.files.length === 0) return begun;
  if (fileAuthor(context, store.options.ledgerPath) === 'ours') return begun;
  warnings.push({
    code: 'TRACK',
    message: `the files given to start were not read: other accounts can write to the ledger that names them`,
    hint: 'use --track-file for finish too',
  });
  return { ...begun, files: [] };
}

function defaultPython(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'python' : 'python3';
}

async function hashed({ context, warnings }: Session, name: string): Promise<TrackedItem[]> {
  const value = await fileHash(context, resolve(context.cwd, name), timeoutMs);
  if (value === null)
    warnings.push({
      code: 'TRACK',
      message: `--track-file ${name}: cannot read the file; it was recorded as missing`,
      hint: 'check the path; the file is read at finish',
      failed: 'recording',
    });
  return [{ kind: 'file', name, value }];
}

async function installed(
  session: Session,
  { manager, python }: { manager: PackageManager; python: string | null },
): Promise<TrackedItem[]> {
  const { context, warnings } = session;
  const isNamed = manager === 'pip' && python !== null;
  const name = isNamed
    ? python
    : manager === 'pip'
      ? defaultPython(context.platform)
      : packagePrograms[manager];
  const asked = isNamed ? namedProgram(session, name) : ownProgram(session, name);
  // npm lists the project in the working folder; pip would load code from there.
  const cwd = manager === 'npm' ? context.cwd : plainFolder(session);
  const packages =
    'why' in asked
      ? null
      : await installedPackages(manager, { program: asked.program, env: asked.env, cwd, timeoutMs });
  if (packages !== null) return [...packages].map(([of, value]) => ({ kind: manager, name: of, value }));
  const said = manager === 'pip' ? `${name} -m pip` : manager;
  const why = 'why' in asked ? ` (${asked.why})` : '';
  const message = `cannot list the packages for --track-packages ${manager} with ${said}${why}`;
  warnings.push({ code: 'TRACK', message });
  return [];
}
