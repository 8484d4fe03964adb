import type { Database } from '../file/addon.ts';
import type { Site } from '../read/endedSites.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import type { Kind, Tally } from './tallies.ts';
import { levels, type Range } from './units.ts';

/** The tally of a site; null: that there is a row is all that is said. */
export interface StoredTally extends Site {
  readonly content: Tally | null;
}

/** Kinds of rows in `rollups`; `wrong`: the hour has deployments whose rows are not valid. */
type StoredKind = Kind | 'wrong';

/** Replaces the rows of a unit. */
export function writeTallies(
  database: Database,
  { kind, unit, tallies }: { kind: StoredKind; unit: string; tallies: readonly StoredTally[] },
): void {
  database
    .prepare('DELETE FROM rollups WHERE kind = ? AND level = ? AND unit = ?')
    .run(kind, unit.length, unit);
  const insert = database.prepare('INSERT INTO rollups VALUES (?, ?, ?, ?, ?, ?)');
  for (const { deployment, environment, content } of tallies) {
    const writer = new ByteWriter();
    content?.write(writer);
    insert.run(kind, unit.length, unit, deployment, environment, writer.written());
  }
}

/** The rows of one unit, of the sites that match. */
export function tallyIn(
  database: Database,
  {
    kind,
    unit,
    deployment,
    environment,
  }: { kind: Kind; unit: string; deployment?: string | undefined; environment?: string | undefined },
): (Site & { reader: ByteReader })[] {
  return database
    .prepare<[Kind, number, string], Site & { content: Buffer }>(
      'SELECT deployment, environment, content FROM rollups WHERE kind = ? AND level = ? AND unit = ?',
    )
    .all(kind, unit.length, unit)
    .filter((row) => deployment === undefined || row.deployment === deployment)
    .filter((row) => environment === undefined || row.environment === environment)
    .map(({ content, ...site }) => ({ ...site, reader: new ByteReader(content) }));
}

/** The units of a level in a range that have a roll-up. */
export function unitsIn(database: Database, { level, from, until }: Range & { level: number }): string[] {
  return database
    .prepare<[number, string, string], string>(
      `SELECT DISTINCT unit FROM rollups WHERE kind = 'totals' AND level = ? AND unit >= ? AND unit < ? ORDER BY unit`,
    )
    .pluck()
    .all(level, from, until);
}

/** Whether an hour of those that are rolled up has rows that are not valid. */
export function hasWrong(database: Database): boolean {
  const found = database.prepare(
    `SELECT 1 FROM rollups WHERE kind = 'wrong' AND level = ${levels.hour} LIMIT 1`,
  );
  return found.get() !== undefined;
}
