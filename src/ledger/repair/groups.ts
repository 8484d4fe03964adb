import type { Database } from '../file/addon.ts';
import { noteVersions } from '../file/create.ts';
import { noteRepaired } from '../push/baseline.ts';

/**
 * Makes a salvaged ledger ready to push again: with an ID, with a group for every deployment that belongs to one, and
 * with every group noted as repaired. Returns whether the ID is a new one.
 */
export function readyGroups(
  ledger: Database,
  { newId, now }: { newId: string; now: string },
): { isNewId: boolean } {
  const isNewId =
    ledger.prepare('INSERT OR IGNORE INTO ledger VALUES (1, ?, ?)').run(newId, now).changes === 1;
  noteVersions(ledger, now);
  addLostGroups(ledger);
  for (const table of ['totals', 'declarations', 'last_stages', 'last_checks'])
    ledger.exec(`DELETE FROM ${table} WHERE group_id NOT IN (SELECT id FROM groups)`);
  // A sender that has the file open has ended; the gateway is read before anything is sent.
  ledger.exec(`UPDATE groups SET lease_holder = NULL, lease_until = 0, adopted_url = NULL,
    delivered_seq = min(delivered_seq, seq), seq = seq + 1`);
  noteRepaired(ledger, { isNewId, now });
  return { isNewId };
}

/** With the number that its totals have, if only one group and one number are left over. */
function addLostGroups(ledger: Database): void {
  const lost = ledger
    .prepare<unknown[], { instance: string; deployment: string; environment: string }>(
      `SELECT DISTINCT lower(instance) AS instance, deployment, environment FROM deployment_metrics m
       WHERE fragment = 0 AND instance IS NOT NULL AND deployment IS NOT NULL AND environment IS NOT NULL AND NOT EXISTS
       (SELECT 1 FROM groups g WHERE g.instance = lower(m.instance) AND g.deployment = m.deployment AND g.environment = m.environment)`,
    )
    .all();
  const numbers = ledger
    .prepare<unknown[], number>(
      'SELECT DISTINCT group_id FROM totals WHERE group_id NOT IN (SELECT id FROM groups)',
    )
    .pluck()
    .all();
  const number = lost.length === 1 && numbers.length === 1 ? (numbers[0] ?? null) : null;
  // Never the number of another group's totals.
  const highest = ledger
    .prepare<unknown[], number>(
      'SELECT max(ifnull((SELECT max(id) FROM groups), 0), ifnull((SELECT max(group_id) FROM totals), 0))',
    )
    .pluck();
  const add = ledger.prepare(
    'INSERT INTO groups (id, instance, deployment, environment) VALUES (?, ?, ?, ?)',
  );
  for (const { instance, deployment, environment } of lost)
    add.run(number ?? (highest.get() ?? 0) + 1, instance, deployment, environment);
}
