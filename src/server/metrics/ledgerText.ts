import type { Database } from '../../ledger/file/addon.ts';
import { transaction } from '../../ledger/file/transaction.ts';
import { type ShownGroup, shownGroups } from '../../ledger/push/shownGroups.ts';
import { readSnapshot } from '../../ledger/push/snapshot.ts';
import { groupLabels } from '../../metrics/exposition.ts';
import { type GroupText, groupText, mergedText } from '../../metrics/mergedText.ts';
import { groupSamples } from '../../metrics/samples.ts';
import { programVersion } from '../../programVersion.ts';

/** The text of the whole ledger. Only groups that have changed since the last request are rendered again. */
export class LedgerText {
  #groups = new Map<number, { readonly seq: number; readonly text: GroupText }>();
  #shown = '';
  #text = '';
  /** If the ledger was replaced, the same numbers are other groups. */
  #of: Database | null = null;

  /** All groups at one moment. */
  read(database: Database): string {
    return transaction(database, { mode: 'read' }, () => this.#read(database));
  }

  #read(database: Database): string {
    if (this.#of !== database) this.#groups.clear();
    const groups = shownGroups(database);
    const shown = groups.map(({ groupId, seq }) => `${groupId}:${seq}`).join(' ');
    if (this.#of === database && shown === this.#shown) return this.#text;
    this.#text = mergedText(groups.map((group) => this.#textOf(database, group)));
    this.#forgetOthers(groups);
    this.#of = database;
    this.#shown = shown;
    return this.#text;
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
