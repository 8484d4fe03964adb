import type { Freeze, FreezeScope } from '../ledger/gate/freezes.ts';
import type { Json } from '../report/json.ts';

/** What a freeze is for: `gateway in production`. */
export function scopeOf({ deployment, environment }: FreezeScope): string {
  return `${deployment ?? 'every deployment'} in ${environment ?? 'every environment'}`;
}

export function freezeJson(freeze: Freeze): { readonly [key: string]: Json } {
  const { freezeId, createdAt, deployment, environment, until, reason, setBy } = freeze;
  return {
    freeze_id: freezeId,
    created_at: createdAt,
    deployment,
    environment,
    until,
    reason,
    set_by: setBy,
  };
}
