import type { DeploytrackError } from '../errors.ts';
import type { Database } from '../ledger/file/addon.ts';
import { seededFrom } from '../ledger/push/baseline.ts';
import { listGroups, type PendingGroup } from '../ledger/push/deliveries.ts';
import { ledgerId } from '../ledger/push/snapshot.ts';
import type { RemoteGroupText } from '../metrics/parse.ts';
import { isoTime } from '../model.ts';
import { configuredGateway, readGroup } from '../push/gateway/pushgateway.ts';
import type { Session } from '../session.ts';
import type { Finding } from './doctorFinding.ts';

/** A scrape is recorded once a minute. */
const recentlyMs = 600_000;

/** The state of each group of this ledger on the gateway. */
export async function gatewayFindings(session: Session, database: Database | null): Promise<Finding[]> {
  const gateway = await configuredGateway(session).catch((error: DeploytrackError) => error);
  if (gateway === null) return [{ good: true, message: 'no gateway is set; nothing is pushed' }];
  if (gateway instanceof Error) {
    const { message, hint } = gateway;
    return [{ good: false, message, mend: hint ?? 'fix the setting, or unset it' }];
  }
  const none = { good: true, message: `the gateway is ${gateway.url}; this ledger has no group yet` };
  const found: Finding[] = proxyFindings(session, gateway.url);
  if (database === null) return [...found, none];
  const groups = listGroups(database, { deploymentId: null });
  for (const group of groups) {
    const timeoutMs = session.settings.durationMs('adopt-timeout');
    const reading = await readGroup(gateway, { key: group, timeoutMs, answerTimeoutMs: 2000 });
    if (reading.outcome === 'failed') {
      const message = `cannot read the gateway ${gateway.url}: ${reading.line}`;
      return [...found, { good: false, message, mend: 'run `deploytrack push` when it responds again' }];
    }
    const nowMs = session.context.instant().wallMs;
    found.push(...groupFindings(database, { group, held: reading.group, nowMs }));
  }
  return groups.length > 0 ? found : [...found, none];
}

/** The gateway is never contacted through a proxy, even if one is set. */
function proxyFindings({ context }: Session, url: string): Finding[] {
  const names = url.startsWith('https:') ? ['https_proxy', 'all_proxy'] : ['http_proxy', 'all_proxy'];
  const set = names
    .flatMap((name) => [name, name.toUpperCase()])
    .filter((name) => (context.env[name] ?? '') !== '');
  if (set.length === 0) return [];
  const message = `the proxy in ${set.join(' and ')} is not used; the gateway is contacted directly`;
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
    found.push({ good: true, message: `${name}: continues from the totals that ledger ${from} pushed` });
  if (held.exists && group.scrapedAtMs !== null && nowMs - group.scrapedAtMs < recentlyMs)
    found.push({
      good: false,
      message: `${name}: both pushed to the gateway and scraped from \`serve\`; Prometheus stores every series twice`,
      mend: 'remove one of them from the configuration of Prometheus; to remove the gateway, unset PUSHGATEWAY_URL and run `deploytrack push --delete`',
    });
  return found;
}

function stateOf(
  database: Database,
  { group, held }: { group: PendingGroup; held: RemoteGroupText },
): Finding {
  if (held.exists && held.ledgerId !== null && held.ledgerId !== ledgerId(database)) {
    const message = `another ledger (${held.ledgerId}) pushed this group last; each host should have one ledger`;
    return { good: false, message, mend: 'run `deploytrack push` to continue from its totals' };
  }
  if (group.refusedUrl !== null)
    return {
      good: false,
      message: 'the gateway rejected the metrics',
      mend: 'run `deploytrack push` to try again and to see why',
    };
  if (group.goneAtMs !== null && !held.exists)
    return { good: true, message: `was removed, ${isoTime(group.goneAtMs)}` };
  if (group.seq > group.deliveredSeq || !held.exists)
    return { good: false, message: 'not pushed yet', mend: 'run `deploytrack push`' };
  return { good: true, message: 'delivered' };
}
