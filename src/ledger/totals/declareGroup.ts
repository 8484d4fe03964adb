import type { Declarations } from '../../marks.ts';
import { type GroupKey, phaseName } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { declaredLabel, forgetBaseline, groupId as groupIdOf, stageLabels, touchGroup } from './totals.ts';

/** Phases whose series exist at zero before their first run, if nothing is declared. */
export const defaultStages = ['extract', 'venv_rebuild', 'migration', 'cutover'];

interface Declaring {
  readonly key: GroupKey;
  readonly service: string;
  readonly declare: Declarations;
  readonly wallMs: number;
}

/**
 * Creates the group and declares its series at zero: every declared stage for every declared service; returns its ID. A
 * stage that is not a valid phase name is left out. A deployment begins here, or may: the gateway is read again.
 */
export function declareGroup(database: Database, { key, service, declare, wallMs }: Declaring): number {
  const groupId = groupIdOf(database, key);
  const all = (kind: Parameters<typeof declaredLabel>[1]['kind'], values: readonly string[]) => {
    for (const value of values) declaredLabel(database, { groupId, kind, value, wallMs });
  };
  const services = [...new Set([service, ...declare.services])];
  all(
    'service',
    services.filter((name) => name !== key.deployment),
  );
  const stages = (declare.stages.length > 0 ? declare.stages : defaultStages).flatMap(
    (word) => phaseName(word) ?? [],
  );
  // The deployment's own service first: pairs beyond the limit count as `other`.
  const pairs = services.flatMap((one) => stages.map((stage) => [one, stage] as const));
  for (const [one, stage] of pairs) {
    const use = { groupId, service: one, stage, defaultService: key.deployment, wallMs };
    if (stageLabels(database, use)[1] !== stage) break;
  }
  all('test', declare.tests);
  all('resource', declare.resources);
  all('check_type', ['http', ...declare.checkTypes]);
  touchGroup(database, groupId);
  forgetBaseline(database, groupId);
  return groupId;
}
