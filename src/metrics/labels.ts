import type { GroupKey } from '../model.ts';
import { cutToBytes } from '../text/cutText.ts';
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

/** A label's value as it is pushed: well-formed, and no longer than the label allows. */
export function labelText(
  text: string,
  { maxBytes, overlong }: Pick<Label, 'maxBytes' | 'overlong'>,
): string {
  // One ill-formed value would make the gateway reject every push of all groups.
  const cut = cutToBytes(text, maxBytes);
  return overlong === 'empty' && cut.length < text.length ? '' : cut;
}

export type GroupLabels = readonly (readonly [
  name: 'job' | 'instance' | 'deployment' | 'environment',
  value: string,
])[];

/** The labels of every series of a group: in the path on a gateway, in the text of a file. */
export function groupLabels(key: GroupKey): GroupLabels {
  return [
    ['job', 'deploytrack'],
    ['instance', key.instance.toLowerCase()],
    ['deployment', key.deployment],
    ['environment', key.environment],
  ];
}
