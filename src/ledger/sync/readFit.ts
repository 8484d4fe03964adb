import type { Database } from '../file/addon.ts';
import { sentKinds, sentTables } from '../file/storeTables.ts';
import { everyValueIsFit } from '../fit/everyValueIsFit.ts';
import { withFitRows } from '../fit/views.ts';
import type { Change } from './changes.ts';

const tables = Object.keys(sentTables);

/**
 * What `read` reads of these changes, without what reports leave out: a store would count it. Unchecked first, which is
 * fastest, and row by row only if a value is invalid.
 */
export function readFit<Result>(
  database: Database,
  { changes, read }: { changes: readonly Change[]; read: () => Result },
): Result {
  const keysOf = (kind: string) =>
    JSON.stringify(changes.filter((one) => one.kind === kind).map(({ key }) => key));
  const isFit = everyValueIsFit(database, {
    tables,
    condition: (table) =>
      `${sentTables[table]?.key} IN (SELECT value FROM json_each(@${sentTables[table]?.kind}))`,
    values: Object.fromEntries(sentKinds.map((kind) => [kind, keysOf(kind)])),
  });
  return isFit ? read() : withFitRows(database, { tables, work: read });
}
