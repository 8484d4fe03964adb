import type { Context } from '../context.ts';
import { stopwatch } from '../duration.ts';
import { isFree, type Lease, readLease, takeLease } from '../ledger/push/deliveries.ts';
import type { ProcessIdentity } from '../marks.ts';
import { identify, liveness } from '../processes.ts';
import type { GroupPush } from './groupPush.ts';

/** How much longer than its requests may take a sender holds a group before another takes it. */
const leaseSlackMs = 3000;
const pauseMs = 50;

/** The right to send a group. */
export interface PushLease {
  readonly holder: string;
  /** Taken from a sender that died: what it sent last may reach the gateway after what is sent now. */
  readonly isTakenOver: boolean;
}

/**
 * Takes the right to push a group; null while another process has it. The start and end of a deployment, and `push`,
 * wait as long as the requests might take, or until the holder has pushed their news; all others leave the news to the
 * holder. A lease of a dead process is free.
 */
export async function acquireLease(
  task: GroupPush,
  { mayRead }: { mayRead: boolean },
): Promise<PushLease | null> {
  const { session, group, budget, isPatient } = task;
  const { context, store } = session;
  const { groupId } = group;
  const holder = holderText({ ...identify(context, context.pid), unique: context.uniqueId() });
  const patienceMs = isPatient ? budget.leftMs : 0;
  const waitedMs = stopwatch(context);
  let instead: string | null = null;
  for (;;) {
    const nowMs = context.instant().wallMs;
    const lease = { groupId, holder, nowMs, untilMs: leaseEndMs(task, { mayRead }), instead };
    if (await store.note((database) => takeLease(database, lease)))
      return { holder, isTakenOver: instead !== null };
    // Until it seems free it is only read: waiting processes must not lock the ledger for it.
    for (;;) {
      const held = readLease(await store.database(), groupId);
      instead = isOfDead(task, held) ? held.holder : null;
      if (instead !== null) break;
      const isDelivered = !mayRead && !task.request.insist && held.deliveredSeq >= group.seq;
      if (isDelivered) return null;
      if (isFree(held, context.instant().wallMs)) break;
      if (waitedMs() >= patienceMs) return null;
      await context.sleep(pauseMs);
    }
  }
}

function isOfDead({ session: { context } }: GroupPush, { holder }: Lease): boolean {
  const process = holder === null ? null : holderOf(holder);
  return process !== null && liveness(context, process) === 'dead';
}

/** Unix ms until which a sender that begins now may hold the group. */
export function leaseEndMs(
  { session, budget, adoptTimeoutMs }: GroupPush,
  { mayRead }: { mayRead: boolean },
): number {
  return session.context.instant().wallMs + budget.leftMs + (mayRead ? adoptTimeoutMs : 0) + leaseSlackMs;
}

/** A sender: its process, and a number that distinguishes its turns. */
export interface LeaseHolder extends ProcessIdentity {
  readonly unique: string;
}

/** The format of `groups.lease_holder`. */
export function holderText({ pid, started, boot, pidNamespace, unique }: LeaseHolder): string {
  return JSON.stringify({ pid, started, boot, pidNamespace, unique });
}

/** The process that holds a lease; null if the text, of an older version, does not name it. */
export function holderOf(text: string): ProcessIdentity | null {
  try {
    const found = JSON.parse(text) as Partial<ProcessIdentity> | null;
    if (typeof found?.pid !== 'number') return null;
    const { pid, started = null, boot = null, pidNamespace = null } = found;
    return { pid, started, boot, pidNamespace };
  } catch {
    return null;
  }
}

/**
 * The time that the requests of one command have together. Waiting for the ledger and reading what a gateway holds have
 * limits of their own and are not counted.
 */
export class Budget {
  readonly #context: Context;
  /** What is used of a part is used of the whole too. */
  readonly #whole: Budget | null;
  #leftMs: number;

  constructor(context: Context, totalMs: number, whole: Budget | null = null) {
    this.#context = context;
    this.#leftMs = totalMs;
    this.#whole = whole;
  }

  /** Half of what is left, for something that must leave time for what follows. */
  half(): Budget {
    return this.share(2);
  }

  /** What is left, divided by so many. */
  share(parts: number): Budget {
    return new Budget(this.#context, this.#leftMs / parts, this);
  }

  /** Whole milliseconds; 0 if nothing more may be sent. */
  get leftMs(): number {
    return Math.max(0, Math.floor(this.#leftMs));
  }

  /** Subtracts time that was used outside `spend`; nothing if it is negative. */
  charge(ms: number): void {
    this.#leftMs -= Math.max(0, ms);
    this.#whole?.charge(ms);
  }

  /**
   * Runs `work`, which gets the remaining time, and subtracts what it used; the clock stops early if `work` says so.
   */
  async spend<Result>(work: (leftMs: number, stop: () => void) => Promise<Result>): Promise<Result> {
    const spentMs = stopwatch(this.#context);
    let running = true;
    const stop = () => {
      if (running) this.charge(spentMs());
      running = false;
    };
    try {
      return await work(Math.max(1, this.leftMs), stop);
    } finally {
      stop();
    }
  }
}

/** How long a gateway had for a request when the time was up. */
export interface GivenTime {
  readonly limitMs: number;
  /** On a busy machine this process notices the end late; the request waited for us as long before. */
  readonly hadMs: number;
}

/** Measures one request of `timeoutMs`. `given`: null if the time was not up, and the gateway itself has failed. */
export function startRequest(context: Context, timeoutMs: number): { given: () => GivenTime | null } {
  const tookMs = stopwatch(context);
  return {
    given() {
      const lateMs = tookMs() - timeoutMs;
      return lateMs < 0 ? null : { limitMs: timeoutMs, hadMs: Math.max(0, timeoutMs - lateMs) };
    },
  };
}
