import { bounded, closed, declared, type Label } from './family.ts';

/** Labels that several families have. */
export const outcome = closed('status', ['success', 'failure']);
export const state = closed('status', ['failed', 'success', 'in_progress', 'warning']);
export const service = declared('service', { of: 'services', cap: 5 });
/** With `service` a pair: the limit is one of pairs. */
export const stage = declared('stage', { of: 'stages', cap: 45 });
export const recentId = bounded('deployment_id', 'recent');
export const versionInService = bounded('version', 'in service');
export const resource = declared('resource', { of: 'resources', cap: 10 });
export const url: Label = { ...bounded('url', 'recent'), maxBytes: 512, overlong: 'empty' };
