import type { Context } from '../../context.ts';
import { stopwatch } from '../../duration.ts';
import { DeploytrackError } from '../../errors.ts';
import { type Pushgateway, put, readMetrics, remove } from '../../push/gateway/pushgateway.ts';
import { requestMs, type Site } from '../http/fetchText.ts';
import { askForCopy, type HeldCopy } from './alertmanager.ts';
import { type DrillKey, drillPath, drillText, type HeldDrill, heldDrill } from './drillGroup.ts';
import type { Interruption } from './interruption.ts';

export interface Drill {
  readonly context: Context;
  readonly key: DrillKey;
  readonly gateway: Pushgateway;
  readonly alertmanager: Site;
  readonly withinMs: number;
  readonly interruption: Interruption;
}

/** How a drill went. */
export interface DrillEnd {
  /** Whether the group was pushed. */
  readonly isRaised: boolean;
  /** Null if the copy did not arrive in time, or a signal came before. */
  readonly arrived: (HeldCopy & { readonly seconds: number }) | null;
  /** Seconds from the removal until the Alertmanager no longer had it; null if that was not seen. */
  readonly goneSeconds: number | null;
  /** Why the last question to the Alertmanager had no answer; null if it had one. */
  readonly problem: string | null;
  /** Why the group could not be removed; null if it was. */
  readonly leftOver: string | null;
}

const pauseMs = 500;
/** The copy stops firing this long after the drill has given up, even if its group could not be removed. */
const slackMs = 30_000;

/** Raises the copy, waits until the Alertmanager has it, and removes it, also after a signal. Throws if it cannot be raised. */
export async function runDrill(drill: Drill): Promise<DrillEnd> {
  const { context, key, gateway, alertmanager, withinMs, interruption } = drill;
  const before = await askForCopy(alertmanager, key);
  if ('problem' in before) throw cannot(`cannot ask the Alertmanager ${alertmanager.url}: ${before.problem}`);
  if (before.copy !== null)
    throw cannot(
      `the Alertmanager still has a copy of ${key.alert} from another drill`,
      'wait until it is gone, and run the drill again',
    );
  if (interruption.signal() !== null)
    return { isRaised: false, arrived: null, goneSeconds: null, problem: null, leftOver: null };
  const text = drillText(context.instant().wallMs + withinMs + slackMs);
  const sinceMs = stopwatch(context);
  const raised = await put(gateway, { key, path: drillPath(key), text, timeoutMs: requestMs });
  try {
    if (raised.outcome !== 'delivered')
      throw cannot(`cannot push the drill to ${gateway.url}: ${raised.line}`, 'run `deploytrack doctor`');
    const { copy, problem } = await waitFor(drill, { isThere: true, limitMs: withinMs });
    const arrived = copy === null ? null : { ...copy, seconds: sinceMs() / 1000 };
    const leftOver = await takeAway(drill);
    const removedMs = stopwatch(context);
    const isAsked = arrived !== null && leftOver === null && interruption.signal() === null;
    const isGone = isAsked && (await waitFor(drill, { isThere: false, limitMs: withinMs })).isMet;
    return { isRaised: true, arrived, goneSeconds: isGone ? removedMs() / 1000 : null, problem, leftOver };
  } catch (error) {
    await takeAway(drill);
    throw error;
  }
}

/** Asks until the Alertmanager has the copy, or has it no more. */
async function waitFor(
  { alertmanager, key, context, interruption }: Drill,
  { isThere, limitMs }: { isThere: boolean; limitMs: number },
): Promise<{ isMet: boolean; copy: HeldCopy | null; problem: string | null }> {
  const waitedMs = stopwatch(context);
  for (;;) {
    const answer = await askForCopy(alertmanager, key);
    const copy = 'copy' in answer ? answer.copy : null;
    const isMet = 'copy' in answer && (copy !== null) === isThere;
    const isOver = interruption.signal() !== null || waitedMs() + pauseMs > limitMs;
    if (isMet || isOver) return { isMet, copy, problem: 'problem' in answer ? answer.problem : null };
    await interruption.sleep(pauseMs);
  }
}

/** Why it could not be removed; null if it was. */
async function takeAway({ gateway, key }: Pick<Drill, 'gateway' | 'key'>): Promise<string | null> {
  const removed = await remove(gateway, { key, path: drillPath(key), timeoutMs: requestMs });
  return removed.outcome === 'delivered' ? null : removed.line;
}

/** Removes drills of this host that have ended and were left on the gateway: their processes were killed. */
export async function removeLeftOver(
  { gateway, key, context }: Pick<Drill, 'gateway' | 'key' | 'context'>,
  { timeoutMs }: { timeoutMs: number },
): Promise<HeldDrill[]> {
  const held: HeldDrill[] = [];
  const take = (line: string) => {
    const found = heldDrill(line);
    if (found !== null) held.push(found);
  };
  const reading = await readMetrics(gateway, { take, timeoutMs, answerTimeoutMs: requestMs });
  if (reading.outcome !== 'read')
    throw cannot(`cannot read the gateway ${gateway.url}: ${reading.line}`, 'run `deploytrack doctor`');
  const nowMs = context.instant().wallMs;
  const stale = held.filter(({ instance, untilMs }) => instance === key.instance && untilMs <= nowMs);
  for (const one of stale) await takeAway({ gateway, key: one });
  return stale;
}

function cannot(message: string, hint = 'check the URL'): DeploytrackError {
  return new DeploytrackError({ code: 'GATEWAY', message, hint });
}
