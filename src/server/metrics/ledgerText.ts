import { setImmediate } from 'node:timers/promises';
import type { Database } from '../../ledger/file/addon.ts';
import { transaction } from '../../ledger/file/transaction.ts';
import { type ShownGroup, shownGroups } from '../../ledger/push/shownGroups.ts';
import { readSnapshot } from '../../ledger/push/snapshot.ts';
import { groupLabels } from '../../metrics/exposition.ts';
import { type GroupText, groupText, mergedText } from '../../metrics/mergedText.ts';
import { groupSamples } from '../../metrics/samples.ts';
import { programVersion } from '../../programVersion.ts';

/** So many turns serve any ledger, unless it changes faster than it is rendered. */
const mostTurns = 2000;

/** The text of the whole ledger. Only groups that have changed since the last request are rendered again. */
export class LedgerText {
  #groups = new Map<number, { readonly seq: number; readonly text: GroupText }>();
  /** The groups that `#text` has; null if it is of no or another ledger. */
  #shown: string | null = null;
  #text = '';
  /** If the ledger was replaced, the same numbers are other groups. */
  #of: Database | null = null;

  /**
   * All groups at one moment. One group at a time, and merging them, are turns of their own, so that others are answered in between: a
   * group of some hundred series takes about 10 ms. `connect` is called again after each turn: meanwhile another
   * request may have closed a connection.
   */
  async read(connect: () => Promise<Database>): Promise<string> {
    for (let turn = 1; ; turn += 1) {
      const database = await connect();
      const isLast = turn >= mostTurns;
      if (transaction(database, { mode: 'read' }, () => this.#readSome(database, { isLast })))
        return this.#text;
      await setImmediate();
    }
  }

  /** Renders a group, or in the last turn all; true if then all are as they are now. */
  #readSome(database: Database, { isLast }: { isLast: boolean }): boolean {
    if (this.#of !== database) this.#startOver(database);
    const groups = shownGroups(database);
    const shown = groups.map(({ groupId, seq }) => `${groupId}:${seq}`).join(' ');
    if (shown === this.#shown) return true;
    const changed = groups.find(({ groupId, seq }) => this.#groups.get(groupId)?.seq !== seq);
    if (changed !== undefined && !isLast) {
      this.#textOf(database, changed);
      return false;
    }
    this.#text = mergedText(groups.map((group) => this.#textOf(database, group)));
    this.#forgetOthers(groups);
    this.#shown = shown;
    return true;
  }

  #startOver(database: Database): void {
    this.#groups.clear();
    this.#shown = null;
    this.#of = database;
  }

  #textOf(database: Database, { groupId, seq }: ShownGroup): GroupText {
    const known = this.#groups.get(groupId);
    if (known?.seq === seq) return known.text;
    const snapshot = readSnapshot(database, { groupId, programVersion });
    const text = groupText(groupSamples(snapshot), groupLabels(snapshot.key));
    this.#groups.set(groupId, { seq, text });
    return text;
  }

  #forgetOthers(groups: readonly ShownGroup[]): void {
    const stay = new Set(groups.map(({ groupId }) => groupId));
    for (const id of this.#groups.keys()) if (!stay.has(id)) this.#groups.delete(id);
  }
}
