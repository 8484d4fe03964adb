import { readHost } from '../host/hostFacts.ts';
import { hostLoad } from '../host/load.ts';
import { pythonVersion } from '../host/pythonVersion.ts';
import { findDeployment } from '../ledger/deployments.ts';
import {
  cpuTimesOf,
  hostFactsOfBoot,
  saveHostFacts,
  saveHostLoad,
  savePythonVersion,
} from '../ledger/hostFacts.ts';
import type { Session } from '../session.ts';
import { namedProgram, plainFolder } from './requestedProgram.ts';

/**
 * Stores the host's facts in the deployment's row: read once per boot, except for the version of the new environment's
 * Python, read at each finish. Never fails a finish: missing facts stay empty.
 */
export async function readHostFacts(session: Session, deploymentId: string | null): Promise<void> {
  const { context, store } = session;
  try {
    const { boot, wallMs } = context.instant();
    const database = await store.database();
    const facts = hostFactsOfBoot(database, boot ?? '') ?? (await readHost(context.platform));
    const base = deploymentId === null ? null : cpuTimesOf(database, { deploymentId, boot });
    // Before the write: nothing is read from the host while the ledger is locked.
    const load = hostLoad(context.platform, base);
    const hostname = context.hostName();
    await store.write((db) => {
      saveHostFacts(db, { facts, boot: boot ?? '', hostname, wallMs, deploymentId });
      if (deploymentId !== null) saveHostLoad(db, { deploymentId, load });
    });
    if (deploymentId === null) return;
    await readPythonVersion(session, deploymentId);
  } catch {
    // The row is written; `doctor` reports what is missing here.
  }
}

async function readPythonVersion(session: Session, deploymentId: string): Promise<void> {
  const { store, warnings } = session;
  const command = findDeployment(await store.database(), deploymentId)?.pythonCommand ?? null;
  if (command === null) return;
  const asked = namedProgram(session, command);
  const version =
    'why' in asked ? null : await pythonVersion(asked.program, { cwd: plainFolder(session), env: asked.env });
  if (version !== null) {
    await store.write((database) => savePythonVersion(database, { deploymentId, version }));
    return;
  }
  const why = 'why' in asked ? ` (${asked.why})` : '';
  const message = `cannot get the version of --python ${command}${why}; python_version was not recorded`;
  warnings.push({ code: 'PYTHON', message });
}
