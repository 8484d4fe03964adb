import { isoTime } from '../../model.ts';
import { cutToBytes } from '../../text/wellFormed.ts';
import type { Database } from '../file/addon.ts';

export type DeclarationKind = 'service' | 'stage' | 'test' | 'resource' | 'check_type';

/** How many values of a kind a group may declare, including `other`; the default service is not counted here. */
const caps: Readonly<Record<DeclarationKind, number>> = {
  service: 4,
  stage: 45,
  test: 50,
  resource: 10,
  check_type: 10,
};
/** As long as a label's value is pushed: the gateway must have what is counted here. */
const maxLabelBytes = 128;

/** Whether the next new value of a kind counts as `other`, which has its own zero from then on. */
export function isFull(kind: DeclarationKind, declaredValues: number): boolean {
  return declaredValues >= caps[kind] - 1;
}

interface Use {
  readonly groupId: number;
  readonly kind: DeclarationKind;
  readonly value: string;
  readonly wallMs: number;
}

/**
 * The label for a value: the value itself, cut to the length of a label, if it is declared or there is room (a first
 * use declares it), otherwise `other`. One place of each limit is reserved for `other`.
 */
export function declaredLabel(
  database: Database,
  use: Omit<Use, 'kind'> & { kind: Exclude<DeclarationKind, 'stage'> },
): string {
  return declared(database, { ...use, value: cutToBytes(use.value, maxLabelBytes) });
}

export interface StageUse {
  readonly groupId: number;
  readonly service: string;
  readonly stage: string;
  readonly defaultService: string;
  readonly wallMs: number;
}

/** The labels `service` and `stage` of a phase: a pair beyond the limit counts as `other` of the default service. */
export function stageLabels(database: Database, use: StageUse): readonly [service: string, stage: string] {
  const { groupId, wallMs, stage } = use;
  const defaultService = cutToBytes(use.defaultService, maxLabelBytes);
  const service =
    use.service === use.defaultService
      ? defaultService
      : declaredLabel(database, { groupId, kind: 'service', value: use.service, wallMs });
  if (stage === 'other' && service === defaultService) return [service, 'other'];
  const pair = declared(database, {
    groupId,
    kind: 'stage',
    value: JSON.stringify([service, stage]),
    wallMs,
  });
  return pair === 'other' ? [defaultService, 'other'] : [service, stage];
}

function declared(database: Database, { groupId, kind, value, wallMs }: Use): string {
  if (value === 'other') return value;
  const known = database.prepare('SELECT 1 FROM declarations WHERE group_id = ? AND kind = ? AND value = ?');
  if (known.pluck().get(groupId, kind, value) === 1) return value;
  const others = database.prepare('SELECT count(*) FROM declarations WHERE group_id = ? AND kind = ?');
  if (isFull(kind, others.pluck().get(groupId, kind) as number)) return 'other';
  database.prepare('INSERT INTO declarations VALUES (?, ?, ?, ?)').run(groupId, kind, value, isoTime(wallMs));
  return value;
}
