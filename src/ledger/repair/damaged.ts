import { type Log, readLog } from './log.ts';
import { type Pages, pageBytesOf, pagesOf, type RawFile, readAt } from './pages.ts';
import { type FoundSchema, findSchema } from './roots.ts';
import type { Schema } from './shapes.ts';
import { newWalk, type Walk } from './tree.ts';

/** A damaged ledger, opened for reading what is left of it. */
export interface Damaged {
  readonly file: RawFile;
  readonly log: Log | null;
  readonly pageBytes: number;
  /** The newest state first: with all of the log that can be read, then as SQLite reads it. */
  readonly moments: readonly Moment[];
}

/** All pages of a file at one moment, and what of its schema was found. */
export interface Moment {
  readonly walk: Walk;
  readonly schema: FoundSchema;
}

export function openDamaged({ file, logFile }: { file: RawFile; logFile: RawFile | null }): Damaged {
  const pageBytes = pageBytesOf(readAt(file, 0, 100));
  const log = logFile === null ? null : readLog(logFile, pageBytes);
  const lists = log === null ? [[]] : log.isDamaged ? [log.readable, log.valid] : [log.valid];
  const moments = lists.map((frames) => momentOf(pagesOf(file, { log, frames, pageBytes })));
  return { file, log, pageBytes, moments };
}

function momentOf(pages: Pages): Moment {
  const walk = newWalk(pages);
  return { walk, schema: findSchema(walk) };
}

/** The newest version of our schema that the objects found in the file belong to. */
export function versionOf({ moments }: Damaged, known: readonly Schema[]): Schema {
  const names = new Set(
    moments.flatMap(({ schema }) => schema.roots.map(({ name, sql }) => `${name}\n${sql}`)),
  );
  const score = ({ rows }: Schema) => rows.filter(({ name, sql }) => names.has(`${name}\n${sql}`)).length;
  return known.reduce((best, one) => (score(one) > score(best) ? one : best));
}
