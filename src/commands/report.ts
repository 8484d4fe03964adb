import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DeploytrackError, usageError } from '../errors.ts';
import type { Database } from '../ledger/file/addon.ts';
import { matchingIds } from '../ledger/read/deployments.ts';
import { pageWithData, readPageFile } from '../server/page/pageFile.ts';
import { reportAnswers } from '../server/page/reportAnswers.ts';
import type { Session } from '../session.ts';
import { type Invocation, number, text } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { readingDatabase } from './reading/readingDatabase.ts';

/** `report --out <file> [id]`: the page with its data as one file. An unknown id: exit 1; the file is whole or not there. */
export async function report(session: Session, invocation: Invocation): Promise<number> {
  const out = text(invocation, 'out');
  if (out === null) throw usageError('report: no file is named', 'say --out report.html');
  const limit = number(invocation, { name: 'limit', min: 1, max: 500, whole: true }) ?? 50;
  const database = await readingDatabase(session);
  if (database === null)
    throw new DeploytrackError({
      code: 'LEDGER_UNUSABLE',
      message: `there is no ledger ${session.store.options.ledgerPath} yet`,
      hint: '`deploytrack start` makes it; --ledger names another',
    });
  const { settings } = session;
  const answers = reportAnswers(database, {
    deployment: settings.text('deployment') ?? undefined,
    environment: settings.text('environment') ?? undefined,
    limit,
    id: idOf(database, invocation.operands[0]),
  });
  database.close();
  writeWhole(resolve(session.context.cwd, out), pageWithData(readPageFile(), answers), session.context.pid);
  return endCommand(session, { code: 0 });
}

function idOf(database: Database, said: string | undefined): string | null {
  if (said === undefined) return null;
  const found = matchingIds(database, said);
  const [id] = found;
  if (found.length === 1 && id !== undefined) return id;
  throw new DeploytrackError({
    code: 'UNKNOWN_ID',
    message:
      found.length === 0
        ? `this ledger knows no deployment ${JSON.stringify(said.slice(0, 80))}`
        : `${JSON.stringify(said)} may mean ${found.join(', ')}`,
    hint: found.length === 0 ? '`deploytrack history` lists those that it has' : 'name one of them whole',
  });
}

function writeWhole(path: string, html: string, pid: number): void {
  const temporary = join(dirname(path), `.${basename(path)}.${pid}`);
  try {
    writeFileSync(temporary, html);
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new DeploytrackError({
      code: 'FILE',
      message: `${path} cannot be written: ${(cause as NodeJS.ErrnoException).code ?? (cause as Error).message}`,
      hint: 'name a file in a folder that exists and that you may write to',
      cause,
    });
  }
}
