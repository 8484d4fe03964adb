import { seedFromGateway } from '../ledger/push/baseline.ts';
import { listGroups, type PendingGroup } from '../ledger/push/deliveries.ts';
import { ledgerId } from '../ledger/push/snapshot.ts';
import { type Repair, repairLedger } from '../ledger/repair/repairLedger.ts';
import { GroupsReader } from '../metrics/groupsReader.ts';
import { configuredGateways } from '../push/gateway/configuredGateways.ts';
import { type Pushgateway, readMetrics } from '../push/gateway/pushgateway.ts';
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
    const gateways = await configuredGateways(session);
    if (gateways.length === 0) return `no gateway is set; ${later}`;
    const database = await session.store.database();
    const groups = listGroups(database, { deploymentId: null });
    const readings: HeldGroups[] = [];
    for (const gateway of gateways) {
      const reading = await readFrom(session, { gateway, groups });
      if (typeof reading === 'string') return `cannot read the gateway ${gateway.url}: ${reading}; ${later}`;
      readings.push(reading);
    }
    const nowMs = session.context.instant().wallMs;
    for (const group of groups) {
      const { groupId } = group;
      const newest = newestOf(readings, group);
      if (newest !== null)
        await session.store.write((written) => seedFromGateway(written, { groupId, ...newest, nowMs }));
    }
    const names = gateways.map(({ url }) => url).join(', ');
    return `no total is lower than what the gateway ${names} holds; \`deploytrack push\` delivers them`;
  } catch (error) {
    return `cannot read the totals of the gateway: ${(error as Error).message}; ${later}`;
  }
}

interface HeldGroups {
  readonly url: string;
  readonly reader: GroupsReader;
}

/** What a gateway holds; or why it cannot be read. */
async function readFrom(
  { settings, store }: Session,
  { gateway, groups }: { gateway: Pushgateway; groups: readonly PendingGroup[] },
): Promise<HeldGroups | string> {
  const timeoutMs = settings.durationMs('adopt-timeout');
  const reader = new GroupsReader({ keys: groups, ledgerId: ledgerId(await store.database()) });
  const take = (line: string) => reader.take(line);
  const reading = await readMetrics(gateway, { timeoutMs, answerTimeoutMs: 2000, take });
  return reading.outcome === 'failed' ? reading.line : { url: gateway.url, reader };
}

/** Of several gateways the one with the newest state of a group: it may have moved since it was on another. */
function newestOf(readings: readonly HeldGroups[], group: PendingGroup) {
  const held = readings.flatMap(({ url, reader }) => {
    const found = reader.group(group);
    return found === null ? [] : [{ url, held: found }];
  });
  const [newest = null] = held.sort((one, other) => (other.held.events ?? 0) - (one.held.events ?? 0));
  return newest;
}
