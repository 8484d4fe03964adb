import { chosenOf, group } from '../expressions.ts';

const version = chosenOf('deployment_version');
const since = chosenOf('deployment_timestamp');
const fleet = 'deployment, environment';

/** The newest version by number; if versions have no order (SHA, tag), the one that was put in service last. */
const newest = `(max by (${fleet}) (${version}) > 0 or max by (${fleet}) (${version} and on (${group}) (${since} == on (${fleet}) group_left () max by (${fleet}) (${since}))))`;

/** 1 if a host does not run the newest version of its deployment and environment, otherwise 0. */
export const isBehind = `(${version} != bool on (${fleet}) group_left () ${newest})`;

/** When the newest version was first put in service on a host that still runs it. */
const newestSince = `min by (${fleet}) (${since} and on (${group}) (${isBehind} == 0))`;

/** How long a newer version has been in service on another host, in seconds; 0 if the host runs the newest. */
export const behindSeconds = `${isBehind} * on (${fleet}) group_left () (time() - ${newestSince})`;
