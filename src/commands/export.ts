import { resolve } from 'node:path';
import { defineCommand } from '../cli/define/command.ts';
import { file } from '../cli/define/kinds.ts';
import { ofReading } from '../cli/define/settingLists.ts';
import type { Context } from '../context.ts';
import { DeploytrackError } from '../errors.ts';
import { writeOut } from '../files/writeOut.ts';
import { findDeployment } from '../ledger/deployments.ts';
import { exportLines } from '../ledger/exchange/exportLines.ts';
import { noteSeen } from '../ledger/exchange/openMarks.ts';
import type { Database } from '../ledger/file/addon.ts';
import { isOfSqlite } from '../ledger/file/open.ts';
import { isoTime, safeId } from '../model.ts';
import { asciiJson, type Json } from '../report/json.ts';
import { readingDatabase } from '../report/ledger/readingDatabase.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/**
 * `export`: marks of open deployments and rows of finished ones, one per line, for `import`. Restricted by `--id` only,
 * not by DEPLOYTRACK_ID. The file is written completely or not at all. An unknown ID: exit 1.
 */
export const command = defineCommand({
  name: 'export',
  after: 'import',
  summary: 'write marks and finished deployments, for `import`',
  group: 'set up',
  examples: [
    'deploytrack export --out deployments.jsonl',
    'deploytrack export --id "$DEPLOYTRACK_ID" --out marks.jsonl',
  ],
  options: { out: file({ help: 'file to write', otherwise: 'standard output' }) },
  settings: ['id', ...ofReading],
  exits: { '0': 'written', '1': 'unknown ID, or not written' },
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run' },
  run: async (session: Session, { out }) => {
    const { context, settings } = session;
    const given = settings.given('id');
    // Neither a setting nor an option narrows an ID: the marks of an incomplete deployment have no names.
    const only =
      given === null
        ? { id: null, deployment: settings.text('deployment'), environment: settings.text('environment') }
        : { id: safeId(given) ?? given, deployment: null, environment: null };
    const database = await readingDatabase(session);
    if (only.id !== null && (database === null || findDeployment(database, only.id) === null))
      throw new DeploytrackError({
        code: 'UNKNOWN_ID',
        message: `deployment ${only.id} not found in this ledger`,
        hint: 'run `deploytrack history` to list the deployments',
      });
    const markIds: string[] = [];
    const lines = database === null ? [] : exportedLines(database, { only, markIds });
    const isWhole =
      out === null || out === '-' ? print(context, lines) : await intoFile(context, { out, lines });
    if (isWhole) await noteExported(session, markIds);
    database?.close();
    return endCommand(session, { code: 0 });
  },
});

/** Every line; the IDs of the marks among them are collected on the way. */
function* exportedLines(
  database: Database,
  { only, markIds }: { only: Parameters<typeof exportLines>[1]; markIds: string[] },
): Iterable<string> {
  for (const carried of exportLines(database, only)) {
    if ('markId' in carried) markIds.push(carried.markId);
    yield `${asciiJson(carried as unknown as Json)}\n`;
  }
}

/** Whether all of it was written; main reports why not. */
function print({ stdout }: Context, lines: Iterable<string>): boolean {
  for (const line of lines) {
    stdout.write(line);
    if (stdout.problem !== null) return false;
  }
  return true;
}

/** Throws if the file cannot be written; the previous file is then unchanged. */
async function intoFile(
  context: Context,
  { out, lines }: { out: string; lines: Iterable<string> },
): Promise<boolean> {
  const path = resolve(context.cwd, out);
  try {
    return await writeOut(context, { path, content: lines, mode: 0o600 });
  } catch (error) {
    const { cause } = error as Error;
    if (isOfSqlite(cause)) throw cause; // an error of the ledger, not of the file
    throw new DeploytrackError({
      code: 'FILE',
      message: `--out: ${path} cannot be written (${(error as Error).message})`,
      cause: error,
    });
  }
}

/** Noted so that these marks are recognized when they are imported again. A read-only ledger cannot note it. */
async function noteExported({ context, store }: Session, markIds: readonly string[]): Promise<void> {
  if (markIds.length === 0) return;
  const at = isoTime(context.instant().wallMs);
  await store.write((database) => noteSeen(database, { markIds, at })).catch(() => {});
}
