import { DeploytrackError } from '../../errors.ts';
import { applicationId, schemaVersion } from '../file/schemaVersion.ts';
import type { Log } from './log.ts';
import { isHead, type RawFile, readAt } from './pages.ts';
import type { FoundSchema } from './roots.ts';
import type { Schema } from './shapes.ts';

interface Head {
  readonly owner: number;
  readonly version: number;
}

/** Objects of a ledger that must be found word for word if no first page proves whose the file is. */
const enoughObjects = 3;

/**
 * Throws unless the file is a ledger of deploytrack, and not of a newer one: a first page in the file or its log says
 * so, or parts of its schema are ours word for word.
 */
export function refuseStranger(
  path: string,
  evidence: {
    file: RawFile;
    log: Log | null;
    schema: FoundSchema;
    known: readonly Schema[];
  },
): void {
  const heads = headsOf(evidence);
  const own = heads.filter(({ owner }) => owner === applicationId);
  const newest = own[0];
  if (newest !== undefined && newest.version > schemaVersion)
    throw refused('LEDGER_NEWER', {
      message: `the ledger ${path} was written by a newer deploytrack (schema ${newest.version}, this one knows ${schemaVersion}); it was left untouched`,
      hint: 'update deploytrack on this host, then repair it',
    });
  if (own.length > 0 || ownObjects(evidence) >= enoughObjects) return;
  const why =
    heads.length > 0
      ? 'it is the database of another program'
      : 'nothing in it proves that it is a ledger of deploytrack';
  throw refused('LEDGER_NOT_OURS', {
    message: `cannot repair ${path}: ${why}; it was left untouched`,
    hint: 'restore a backup, or set another file with --ledger',
  });
}

/** What the first pages say that have a valid beginning, the newest first. */
function headsOf({ file, log }: { file: RawFile; log: Log | null }): Head[] {
  const frames = (log?.readable ?? []).filter(({ page }) => page === 1).reverse();
  const pages = [
    ...frames.map(({ at }) => (log === null ? null : readAt(log.file, at, 100))),
    readAt(file, 0, 100),
  ];
  return pages
    .filter((page) => page !== null)
    .filter(isHead)
    .map((page) => ({ owner: page.readInt32BE(68), version: page.readInt32BE(60) }));
}

function ownObjects({ schema, known }: { schema: FoundSchema; known: readonly Schema[] }): number {
  const texts = new Set(known.flatMap(({ rows }) => rows.map(({ name, sql }) => `${name}\n${sql}`)));
  return schema.roots.filter(({ name, sql }) => sql !== null && texts.has(`${name}\n${sql}`)).length;
}

function refused(
  code: 'LEDGER_NEWER' | 'LEDGER_NOT_OURS',
  { message, hint }: { message: string; hint: string },
): DeploytrackError {
  return new DeploytrackError({ code, message, hint });
}
