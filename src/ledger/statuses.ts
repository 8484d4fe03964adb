import { finalStatuses } from '../model.ts';

/**
 * The SQL conditions on a deployment's status, written exactly as in the indexes, which only match the same text.
 * `d.${hasEnded}` works with an alias.
 */
export const isOpen = "deployment_status = 'in-progress'";
export const isNotOpen = "deployment_status <> 'in-progress'";
export const hasEnded = `deployment_status IN ('${finalStatuses.join("', '")}')`;
export const hasEndedWell = "deployment_status IN ('success', 'warning')";
export const hasWarned = "deployment_status = 'warning'";
export const hasFailed = "deployment_status = 'failed'";
/** For finished deployments. */
export const hasNotFailed = "deployment_status <> 'failed'";

/** The condition of the index `deployment_by_end`: finished deployments that count. Without an alias. */
export const endedAndCounts = `${hasEnded} AND discarded = 0 AND fragment = 0`;
