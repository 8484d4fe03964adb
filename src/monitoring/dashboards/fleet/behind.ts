import { chosenOf, group } from '../expressions.ts';

const version = chosenOf('deployment_version');
const since = chosenOf('deployment_timestamp');
const fleet = 'deployment, environment';

/** The newest version by number; of versions without order (SHA, tag) the one put in service last. */
const newest = `(max by (${fleet}) (${version}) > 0 or max by (${fleet}) (${version} and on (${group}) (${since} == on (${fleet}) group_left () max by (${fleet}) (${since}))))`;

/** 1 where a host runs another version than the newest of its deployment and environment, else 0. */
export const isBehind = `(${version} != bool on (${fleet}) group_left () ${newest})`;

/** When the newest version was first put in service on a host that still runs it. */
const newestSince = `min by (${fleet}) (${since} and on (${group}) (${isBehind} == 0))`;

/** How long a newer version has been in service elsewhere, in seconds; 0 where the host has it. */
export const behindSeconds = `${isBehind} * on (${fleet}) group_left () (time() - ${newestSince})`;
