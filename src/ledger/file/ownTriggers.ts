import type { Database } from './addon.ts';

/** Every trigger of a ledger, as its schema makes it. */
export const ownTriggers = {
  deployment_status_is_final: `CREATE TRIGGER deployment_status_is_final BEFORE UPDATE OF deployment_status ON deployment_metrics
WHEN OLD.deployment_status <> 'in-progress' AND NEW.deployment_status IS NOT OLD.deployment_status
BEGIN SELECT RAISE(ABORT, 'a terminal deployment_status is final'); END`,
  marks_are_kept_while_open: `CREATE TRIGGER marks_are_kept_while_open AFTER UPDATE OF deployment_status ON deployment_metrics
WHEN NEW.deployment_status <> 'in-progress'
BEGIN DELETE FROM marks_kept WHERE deployment_id = NEW.deployment_id; END`,
} as const;

/**
 * The name of a trigger or view that somebody else has put into the ledger, null where there is none. It would run with
 * each mark, for as long as it likes.
 */
export function strangeProgram(database: Database): string | null {
  const found = database
    .prepare("SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')")
    .all() as { type: string; name: string; sql: string }[];
  const own: Readonly<Record<string, string>> = ownTriggers;
  const isOwn = ({ type, name, sql }: (typeof found)[number]) =>
    type === 'view' ? name === 'deployment_history' : own[name] === sql;
  return found.find((one) => !isOwn(one))?.name ?? null;
}
