import { finalStatuses } from '../model.ts';

/** What SQL asks of a deployment's status, by the words of the indexes: they help no other ones. `d.${hasEnded}` is of an alias. */
export const isOpen = "deployment_status = 'in-progress'";
export const isNotOpen = "deployment_status <> 'in-progress'";
export const hasEnded = `deployment_status IN ('${finalStatuses.join("', '")}')`;
export const hasEndedWell = "deployment_status IN ('success', 'warning')";
export const hasFailed = "deployment_status = 'failed'";
/** Among those that have ended. */
export const hasNotFailed = "deployment_status <> 'failed'";

/** What the index `deployment_by_end` holds: deployments that have ended and count. On no alias. */
export const endedAndCounts = `${hasEnded} AND discarded = 0 AND fragment = 0`;
