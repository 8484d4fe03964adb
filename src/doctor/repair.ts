import { seedFromGateway } from '../ledger/push/baseline.ts';
import { listGroups } from '../ledger/push/deliveries.ts';
import { ledgerId } from '../ledger/push/snapshot.ts';
import { type Repair, repairLedger } from '../ledger/repair/repairLedger.ts';
import { GroupsReader } from '../metrics/groupsReader.ts';
import { configuredGateway, readMetrics } from '../push/gateway/pushgateway.ts';
import type { Session } from '../session.ts';
import { counted } from '../text/counted.ts';
import { visible } from '../text/visible.ts';

/** The number of rows and deployments that are listed by name. */
const mostNamed = 20;

/** Repairs the ledger if it is damaged; returns what was done, as lines. Throws if it must be left as it is. */
export async function repairLines(session: Session): Promise<string[]> {
  const { context, store } = session;
  const { ledgerPath: path, ledgerTimeoutMs: timeoutMs } = store.options;
  const repair = await repairLedger(context, { path, timeoutMs });
  if (repair.outcome === 'sound') return [visible(`ledger ${path}: nothing to repair`)];
  const from = await readTotals(session);
  const lines = [
    `ledger ${path}: ${repair.outcome === 'finished' ? 'an interrupted repair was finished' : `repaired (${repair.damage})`}`,
    `the damaged files were set aside as ${repair.damagedPath}; remove them when nothing is missing`,
    ...(repair.outcome === 'finished' ? [] : rowLines(repair)),
    from,
  ];
  // IDs and SQLite's words come from the damaged file.
  return lines.map((line) => visible(line));
}

function rowLines(repair: Extract<Repair, { outcome: 'repaired' }>): string[] {
  const { tables, leftOut, incomplete, hasAllTotals, isNewId } = repair;
  const shown = tables.filter(({ rows, lost, isDamaged }) => rows > 0 || lost > 0 || isDamaged);
  return [
    ...shown.map(({ table, rows, ...left }) => `  ${table}: ${counted(rows, 'row')} saved${lostText(left)}`),
    ...named(leftOut, 'other rows or values were left out'),
    ...named(
      incomplete.map((id) => `deployment ${id} is incomplete: some or all of its rows are lost`),
      'other deployments are incomplete',
    ),
    hasAllTotals ? 'all totals were read' : 'some totals may be lost',
    ...(isNewId ? ['the ledger has a new ID; the old one could not be read'] : []),
  ];
}

function lostText({ lost, isDamaged }: { lost: number; isDamaged: boolean }): string {
  if (lost > 0) return `, ${lost} known to be lost`;
  return isDamaged ? ', others may be lost' : '';
}

function named(lines: readonly string[], others: string): string[] {
  const more = lines.length - mostNamed;
  return more > 0 ? [...lines.slice(0, mostNamed), `${more} ${others}`] : [...lines];
}

/** Totals that were lost and that the gateway still holds; without a gateway the next `start` or `push` reads it. */
async function readTotals(session: Session): Promise<string> {
  const later =
    'until the next `deploytrack start` or `deploytrack push` has read the gateway, nothing is pushed';
  try {
    const gateway = await configuredGateway(session);
    if (gateway === null) return `no gateway is set; ${later}`;
    const timeoutMs = session.settings.durationMs('adopt-timeout');
    const database = await session.store.database();
    const groups = listGroups(database, { deploymentId: null });
    const reader = new GroupsReader({ keys: groups, ledgerId: ledgerId(database) });
    const take = (line: string) => reader.take(line);
    const reading = await readMetrics(gateway, { timeoutMs, answerTimeoutMs: 2000, take });
    if (reading.outcome === 'failed')
      return `cannot read the gateway ${gateway.url}: ${reading.line}; ${later}`;
    const nowMs = session.context.instant().wallMs;
    for (const group of groups) {
      const { groupId } = group;
      const held = reader.group(group);
      if (held === null) continue;
      await session.store.write((written) =>
        seedFromGateway(written, { groupId, url: gateway.url, held, nowMs }),
      );
    }
    return `no total is lower than what the gateway ${gateway.url} holds; \`deploytrack push\` delivers them`;
  } catch (error) {
    return `cannot read the totals of the gateway: ${(error as Error).message}; ${later}`;
  }
}
