import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { DeploytrackError } from '../errors.ts';
import { exportLines } from '../ledger/carry/exportLines.ts';
import { noteSeen } from '../ledger/carry/keptMarks.ts';
import { findDeployment } from '../ledger/deployments.ts';
import type { Database } from '../ledger/file/addon.ts';
import { isOfSqlite } from '../ledger/file/open.ts';
import { isoTime } from '../model.ts';
import { asciiJson, type Json } from '../report/json.ts';
import type { Session } from '../session.ts';
import { type Invocation, text } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { readingDatabase } from './reading/readingDatabase.ts';

/**
 * `export`: marks of open deployments and rows of finished ones, a line each, for `import`. Of `--id` alone where it is
 * said; DEPLOYTRACK_ID narrows nothing. The file is whole or not there. An unknown id: exit 1.
 */
export async function exportDeployments(session: Session, invocation: Invocation): Promise<number> {
  const { context, settings } = session;
  const only = {
    id: text(invocation, 'id'),
    deployment: settings.text('deployment'),
    environment: settings.text('environment'),
  };
  const out = text(invocation, 'out');
  const database = await readingDatabase(session);
  if (only.id !== null && (database === null || findDeployment(database, only.id) === null))
    throw new DeploytrackError({
      code: 'UNKNOWN_ID',
      message: `this ledger knows no deployment ${only.id}`,
      hint: '`deploytrack history` lists those that it has',
    });
  const write = (line: (words: string) => void) =>
    database === null ? [] : writeLines(database, { only, line });
  const markIds =
    out === null || out === '-'
      ? write((words) => context.stdout.write(words))
      : intoFile(resolve(context.cwd, out), write);
  await noteExported(session, markIds);
  database?.close();
  return endCommand(session, { code: 0 });
}

/** Writes every line; the ids of the marks among them. */
function writeLines(
  database: Database,
  { only, line }: { only: Parameters<typeof exportLines>[1]; line: (words: string) => void },
): string[] {
  const markIds: string[] = [];
  for (const carried of exportLines(database, only)) {
    if ('markId' in carried) markIds.push(carried.markId);
    line(`${asciiJson(carried as unknown as Json)}\n`);
  }
  return markIds;
}

/** Throws where the file cannot be written; then there is none. */
function intoFile<Result>(path: string, write: (line: (words: string) => void) => Result): Result {
  const partial = `${path}.partial`;
  try {
    const file = openSync(partial, 'w', 0o600);
    try {
      const result = write((words) => writeSync(file, words));
      renameSync(partial, path);
      return result;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    rmSync(partial, { force: true });
    if (isOfSqlite(error)) throw error; // not the file, the ledger
    const said = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new DeploytrackError({
      code: 'FILE',
      message: `--out: ${path} cannot be written (${said})`,
      cause: error,
    });
  }
}

/** When these marks come back, they are known. A ledger that may only be read cannot note it. */
async function noteExported({ context, store }: Session, markIds: readonly string[]): Promise<void> {
  if (markIds.length === 0) return;
  const at = isoTime(context.instant().wallMs);
  await store.write((database) => noteSeen(database, { markIds, at })).catch(() => {});
}
