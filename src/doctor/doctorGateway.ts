import type { DeploytrackError } from '../errors.ts';
import type { Database } from '../ledger/file/addon.ts';
import { ledgerId } from '../ledger/ledgerId.ts';
import { seededFrom } from '../ledger/push/baseline.ts';
import { listGroups, type PendingGroup } from '../ledger/push/deliveries.ts';
import type { RemoteGroupText } from '../metrics/parse.ts';
import { isoTime } from '../model.ts';
import { readGroup } from '../push/gateway/pushgateway.ts';
import { configuredGateway } from '../push/gateway.ts';
import type { Session } from '../session.ts';
import type { Finding } from './doctorFinding.ts';

/** A scrape is noted once a minute. */
const recentlyMs = 600_000;

/** How each group of this ledger stands with the gateway. */
export async function gatewayFindings(session: Session, database: Database | null): Promise<Finding[]> {
  const gateway = await configuredGateway(session).catch((error: DeploytrackError) => error);
  if (gateway === null) return [{ good: true, message: 'no gateway is set: nothing is sent' }];
  if (gateway instanceof Error) {
    const { message, hint } = gateway;
    return [{ good: false, message, mend: hint ?? 'mend the setting, or unset it' }];
  }
  const none = { good: true, message: `the gateway is ${gateway.url}; this ledger has no group yet` };
  const found: Finding[] = proxyFindings(session, gateway.url);
  if (database === null) return [...found, none];
  const groups = listGroups(database, { deploymentId: null });
  for (const group of groups) {
    const timeoutMs = session.settings.durationMs('adopt-timeout');
    const reading = await readGroup(gateway, { key: group, timeoutMs, answerTimeoutMs: 2000 });
    if (reading.outcome === 'failed') {
      const message = `the gateway ${gateway.url} cannot be read: ${reading.line}`;
      return [...found, { good: false, message, mend: 'deploytrack push, when it answers again' }];
    }
    const nowMs = session.context.instant().wallMs;
    found.push(...groupFindings(database, { group, held: reading.group, nowMs }));
  }
  return groups.length > 0 ? found : [...found, none];
}

/** A proxy that others would ask is not asked for the gateway. */
function proxyFindings({ context }: Session, url: string): Finding[] {
  const names = url.startsWith('https:') ? ['https_proxy', 'all_proxy'] : ['http_proxy', 'all_proxy'];
  const set = names
    .flatMap((name) => [name, name.toUpperCase()])
    .filter((name) => (context.env[name] ?? '') !== '');
  if (set.length === 0) return [];
  const message = `the proxy of ${set.join(' and ')} is not used: the gateway is asked directly`;
  return [{ good: true, message }];
}

function groupFindings(
  database: Database,
  { group, held, nowMs }: { group: PendingGroup; held: RemoteGroupText; nowMs: number },
): Finding[] {
  const name = `${group.deployment}/${group.environment} on ${group.instance}`;
  const from = seededFrom(database, group.groupId);
  const state = stateOf(database, { group, held });
  const found: Finding[] = [{ ...state, message: `${name}: ${state.message}` }];
  if (from !== null)
    found.push({ good: true, message: `${name}: counts on from what ledger ${from} had pushed` });
  if (held.exists && group.scrapedAtMs !== null && nowMs - group.scrapedAtMs < recentlyMs)
    found.push({
      good: false,
      message: `${name}: is on the gateway and read from \`serve\`: Prometheus has every series twice`,
      mend: 'take one of them out of its configuration; where it is the gateway, unset PUSHGATEWAY_URL and run deploytrack push --delete',
    });
  return found;
}

function stateOf(
  database: Database,
  { group, held }: { group: PendingGroup; held: RemoteGroupText },
): Finding {
  if (held.exists && held.ledgerId !== null && held.ledgerId !== ledgerId(database)) {
    const message = `another ledger (${held.ledgerId}) pushed this group last; one host should have one ledger`;
    return { good: false, message, mend: 'deploytrack push takes its state as the new base' };
  }
  if (group.refusedUrl !== null)
    return {
      good: false,
      message: 'the gateway refused the metrics',
      mend: 'deploytrack push tries again and shows why',
    };
  if (group.goneAtMs !== null && !held.exists)
    return { good: true, message: `was removed, ${isoTime(group.goneAtMs)}` };
  if (group.seq > group.deliveredSeq || !held.exists)
    return { good: false, message: 'not delivered yet', mend: 'deploytrack push' };
  return { good: true, message: 'delivered' };
}
