/** Every trigger of a ledger, as its schema defines it. */
export const ownTriggers = {
  deployment_status_is_final: `CREATE TRIGGER deployment_status_is_final BEFORE UPDATE OF deployment_status ON deployment_metrics
WHEN OLD.deployment_status <> 'in-progress' AND NEW.deployment_status IS NOT OLD.deployment_status
BEGIN SELECT RAISE(ABORT, 'a terminal deployment_status is final'); END`,
  marks_are_kept_while_open: `CREATE TRIGGER marks_are_kept_while_open AFTER UPDATE OF deployment_status ON deployment_metrics
WHEN NEW.deployment_status <> 'in-progress'
BEGIN DELETE FROM marks_kept WHERE deployment_id = NEW.deployment_id; END`,
} as const;
