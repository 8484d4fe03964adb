import type { LedgerWorld, Row } from '../ledgerWorld.ts';

/** What a pruning must leave, worked out from the rows alone, host by host. */
export function leftOver(world: LedgerWorld, until: string): Set<string> {
  const all = world.rows('SELECT * FROM deployment_metrics ORDER BY deployment_started_at DESC, id DESC');
  const hosts = new Set(all.map((row) => row.instance));
  return new Set(
    [...hosts].flatMap((host) =>
      leftOf(
        world,
        all.filter((row) => row.instance === host),
        until,
      ),
    ),
  );
}

function leftOf(world: LedgerWorld, newestFirst: readonly Row[], until: string): string[] {
  const has = (table: string) => {
    const ids = new Set(world.rows(`SELECT deployment_id FROM ${table}`).map((row) => row.deployment_id));
    return (row: Row) => ids.has(row.deployment_id ?? null);
  };
  const young = newestFirst.filter(
    (row) => row.deployment_completed_at === null || String(row.deployment_completed_at) >= until,
  );
  const counted = newestFirst.filter((row) => row.discarded === 0).slice(0, 100);
  const byEnd = [...newestFirst].sort((one, other) =>
    String(other.deployment_completed_at).localeCompare(String(one.deployment_completed_at)),
  );
  const good = byEnd.filter((row) => ['success', 'warning'].includes(String(row.deployment_status)));
  const rollbacks = world.rows('SELECT * FROM rollbacks WHERE success = 1 ORDER BY at DESC, id DESC');
  const lasting = good.filter((row) => !rollbacks.some((one) => one.deployment_id === row.deployment_id));
  const ownIds = newestFirst.map((row) => row.deployment_id);
  const back = rollbacks.find((one) => ownIds.includes(one.deployment_id ?? null) && one.to_version !== null);
  const firstOfVersion = counted.filter(
    (row, index) => counted.findIndex((other) => other.version === row.version) === index,
  );
  const needed = [
    ...young,
    newestFirst[0],
    good[0],
    lasting[0],
    lasting.find((row) => row.version !== lasting[0]?.version),
    ...counted.slice(0, 10),
    ...firstOfVersion.slice(0, 10),
    counted.find(has('health_verifications')),
    counted.find(has('post_deployment_errors')),
    byEnd.find((row) => row.deployment_completed_at !== null && counted.includes(row)),
    newestFirst.find((row) => row.deployment_id === back?.deployment_id),
    back === undefined ? undefined : newestFirst.find((row) => row.version === back.to_version),
  ];
  return needed.flatMap((row) => (row === undefined ? [] : String(row.deployment_id)));
}
