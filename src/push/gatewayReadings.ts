import { stopwatch } from '../duration.ts';
import { deliveryMark, type PendingGroup } from '../ledger/push/deliveries.ts';
import { ledgerId } from '../ledger/push/snapshot.ts';
import { GroupsReader } from '../metrics/groupsReader.ts';
import type { RemoteGroupText } from '../metrics/parse.ts';
import type { Session } from '../session.ts';
import { type Pushgateway, readMetrics } from './gateway/pushgateway.ts';
import type { Budget } from './lease.ts';

/** So long a reading serves other groups too. What another ledger pushes meanwhile is not seen. */
const leastAgeMs = 5000;
/** If reading is slow, at most about a third of the time is spent on it. */
const agePerReading = 2;

interface Kept {
  readonly reader: GroupsReader;
  /** `deliveryMark` of each group before the reading. */
  readonly marks: ReadonlyMap<number, string>;
  readonly ageMs: () => number;
  readonly oldestMs: number;
}

/** Time for the responses of the whole command, in addition to the budget of its requests. All its gateways share it. */
export interface ExtraTime {
  leftMs: number;
}

export type GroupReading =
  | { readonly outcome: 'read'; readonly group: RemoteGroupText }
  | { readonly outcome: 'failed'; readonly line: string; readonly wasAnswered: boolean };

/**
 * What a gateway holds for the groups of one command. A request returns all groups or none, so that one reading serves
 * them all while it is fresh, and while no other process has read or pushed the group since.
 */
export class GatewayReadings {
  readonly #session: Session;
  readonly #gateway: Pushgateway;
  readonly #groups: readonly PendingGroup[];
  readonly #extra: ExtraTime;
  #kept: Kept | null = null;

  constructor(
    session: Session,
    { gateway, groups, extra }: { gateway: Pushgateway; groups: readonly PendingGroup[]; extra: ExtraTime },
  ) {
    this.#session = session;
    this.#gateway = gateway;
    this.#groups = groups;
    this.#extra = extra;
  }

  /** What the gateway holds for `group`, whose lease the caller has. Throws if the ledger cannot be read. */
  async of(group: PendingGroup, budget: Budget): Promise<GroupReading> {
    const kept = await this.#freshFor(group);
    if (kept !== null) return kept;
    const database = await this.#session.store.database();
    const reader = new GroupsReader({ keys: this.#groups, ledgerId: ledgerId(database) });
    const marks = new Map(this.#groups.map(({ groupId }) => [groupId, deliveryMark(database, groupId)]));
    const ageMs = stopwatch(this.#session.context);
    const { reading, wasAnswered } = await this.#read(reader, budget);
    if (reading.outcome === 'failed') return { outcome: 'failed', line: reading.line, wasAnswered };
    this.#kept = { reader, marks, ageMs, oldestMs: Math.max(leastAgeMs, ageMs() * (1 + agePerReading)) };
    return { outcome: 'read', group: groupIn(reader, group) };
  }

  /** The clock of the budget stops at the first answer; a long response uses up the extra time, then the budget too. */
  async #read(reader: GroupsReader, budget: Budget) {
    const { context } = this.#session;
    let bodyMs: (() => number) | null = null;
    const reading = await budget.spend((leftMs, stop) =>
      readMetrics(this.#gateway, {
        timeoutMs: Math.max(leftMs, Math.floor(this.#extra.leftMs)),
        answerTimeoutMs: leftMs,
        onAnswer: () => {
          bodyMs = stopwatch(context);
          stop();
        },
        take: (line) => reader.take(line),
      }),
    );
    const tookMs = (bodyMs as (() => number) | null)?.() ?? 0;
    budget.charge(tookMs - this.#extra.leftMs);
    this.#extra.leftMs = Math.max(0, this.#extra.leftMs - tookMs);
    return { reading, wasAnswered: bodyMs !== null };
  }

  async #freshFor(group: PendingGroup): Promise<GroupReading | null> {
    const kept = this.#kept;
    if (kept === null || kept.ageMs() > kept.oldestMs) return null;
    const mark = deliveryMark(await this.#session.store.database(), group.groupId);
    if (kept.marks.get(group.groupId) !== mark) return null;
    return { outcome: 'read', group: groupIn(kept.reader, group) };
  }
}

function groupIn(reader: GroupsReader, group: PendingGroup): RemoteGroupText {
  const held = reader.group(group);
  if (held === null) throw new Error(`${group.deployment} is not among the groups of this command`);
  return held;
}
