import type { GroupKey } from '../model.ts';

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
