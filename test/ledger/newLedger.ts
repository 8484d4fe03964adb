import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openOrCreateLedger } from '../../src/ledger/file/create.ts';
import { fakeContext } from '../support/context.ts';

export const context = fakeContext();

export function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-open-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'state', 'deploytrack', 'deployments.db');
}

/** A ledger with one deployment, closed again. */
export function existing(): string {
  const path = newPath();
  const database = openOrCreateLedger(context, { path });
  database.exec(
    "INSERT INTO deployment_metrics (version, deployment_started_at) VALUES ('1', '2026-01-15T10:00:00.000Z')",
  );
  database.close();
  return path;
}

export const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);
/** The error that was thrown, as data. */
export function problemOf(act: () => unknown): { code: string; message: string; hint?: string } {
  try {
    act();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('nothing went wrong');
}
/** The files of a folder, without those that SQLite keeps next to a database. */
export const filesIn = (folder: string) => readdirSync(folder).filter((name) => !/-(wal|shm)$/.test(name));
export const allOf = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]));
