import { sendBudgetMs } from '../../cli/define/settings.ts';
import { stopwatch } from '../../duration.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { type ListedGroup, listGroups } from '../../ledger/push/deliveries.ts';
import { knownGroups } from '../../ledger/push/knownGroups.ts';
import { ledgerId } from '../../ledger/push/snapshot.ts';
import { GroupsReader } from '../../metrics/groupsReader.ts';
import { type MetricsReading, type Pushgateway, readMetrics } from '../../push/gateway/pushgateway.ts';
import type { Session } from '../../session.ts';
import { type HeldDrill, heldDrill } from '../drill/drillGroup.ts';
import { type Fetched, fetchText, requestMs } from '../http/fetchText.ts';
import { type HeldGroup, heldGroups } from './heldGroups.ts';
import { TypeScan } from './typeScan.ts';

/** What the gateway says of itself and of its groups, asked once for all checks. */
export interface GatewayState {
  readonly gateway: Pushgateway;
  /** The response to a small request; null if there was none. */
  readonly small: Small | null;
  /** Why its metrics could not be read; null if they were. */
  readonly failure: Failure | null;
  /** The groups of this ledger there; null if they could not be read, or without a ledger. */
  readonly groups: GroupsReader | null;
  /** Of all hosts; none if its metrics could not be read. */
  readonly drills: readonly HeldDrill[];
  /** All groups of all clients, read only if some of them keep ours from being pushed; otherwise null. */
  readonly everything: readonly HeldGroup[] | null;
}

interface Small {
  readonly answer: Fetched;
  /** The quickest of several. */
  readonly tookMs: number;
  /** The clock of the gateway minus that of this host. */
  readonly aheadMs: number | null;
}

export interface Failure {
  readonly line: string;
  readonly status: number | null;
  readonly body: string;
}

/** A busy host may need longer once. */
const mostTries = 3;
const smallBytes = 4096;
/** A thousand groups of the default size. */
const everythingBytes = 96 * 1024 * 1024;

/** Never throws. */
export async function readGatewayState(
  session: Session,
  { gateway, sound }: { gateway: Pushgateway; sound: Database | null },
): Promise<GatewayState> {
  const state = { gateway, small: null, failure: null, groups: null, drills: [], everything: null };
  const small = await smallRequests(session, gateway);
  if ('failed' in small) return { ...state, failure: { line: small.failed, status: null, body: '' } };
  const own = sound === null ? [] : listGroups(sound, { deploymentId: null });
  const groups =
    sound === null ? null : new GroupsReader({ keys: knownGroups(sound), ledgerId: ledgerId(sound) });
  const types = new TypeScan();
  const timeoutMs = session.settings.durationMs('adopt-timeout');
  const drills: HeldDrill[] = [];
  const take = (line: string) => {
    types.take(line);
    groups?.take(line);
    const drill = heldDrill(line);
    if (drill !== null) drills.push(drill);
  };
  const reading = await readMetrics(gateway, { take, timeoutMs, answerTimeoutMs: requestMs });
  const failure = failureOf(reading);
  const isHindered = isPoisoned(failure) || !types.isClean || own.some((group) => isRefused(group, gateway));
  return {
    ...{ gateway, small, failure },
    groups: failure === null ? groups : null,
    drills: failure === null ? drills : [],
    everything: isHindered ? await readEverything(gateway) : null,
  };
}

function isRefused({ refusedUrl }: ListedGroup, { url }: Pushgateway): boolean {
  return refusedUrl === url;
}

/** The error of a Pushgateway whose groups contradict each other. */
export function isPoisoned(failure: Failure | null): boolean {
  return failure?.status === 500 && failure.body.includes('collected metric');
}

function failureOf(reading: MetricsReading): Failure | null {
  if (reading.outcome === 'read') return null;
  return { line: reading.line, status: reading.status ?? null, body: reading.body ?? '' };
}

/** How long a mark waits for the gateway. */
export function markBudgetMs({ settings }: Session): number {
  return settings.durationMs('gateway-timeout') ?? sendBudgetMs('mark');
}

async function smallRequests(
  session: Session,
  gateway: Pushgateway,
): Promise<Small | { readonly failed: string }> {
  const { context } = session;
  let best: Small | null = null;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const elapsedMs = stopwatch(context);
    const result = await fetchText(gateway, { path: '/-/ready', mostBytes: smallBytes });
    const tookMs = elapsedMs();
    if ('failed' in result) return best ?? result;
    const { answer } = result;
    // The header has whole seconds.
    const serverMs = answer.serverMs === null ? null : answer.serverMs + 500;
    const aheadMs = serverMs === null ? null : serverMs - context.instant().wallMs;
    if (best === null || tookMs < best.tookMs) best = { answer, tookMs, aheadMs };
    if (best.tookMs <= markBudgetMs(session)) break;
  }
  return best ?? { failed: 'no response' };
}

async function readEverything(gateway: Pushgateway): Promise<readonly HeldGroup[]> {
  const result = await fetchText(gateway, { path: '/api/v1/metrics', mostBytes: everythingBytes });
  return 'answer' in result ? heldGroups(result.answer.text) : [];
}
