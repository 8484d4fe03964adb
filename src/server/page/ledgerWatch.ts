import type { Database } from '../../ledger/file/addon.ts';
import { dataVersion } from '../../ledger/file/dataVersion.ts';
import { changedSince, type SeenLedger, seenLedger } from '../../ledger/read/changedDeployments.ts';

/** Finds the deployments that changed from one look to the next. */
export class LedgerWatch {
  #version: unknown = null;
  #seen: SeenLedger | null = null;
  #database: Database | null = null;
  #origin = '';

  /**
   * IDs that changed since the last look; null: any may have changed. The first look finds nothing. `origin`: what is
   * shown of the source of the deployments.
   */
  look(database: Database, origin = ''): readonly string[] | null {
    const isOther = this.#database !== null && (this.#database !== database || this.#origin !== origin);
    this.#origin = origin;
    const version = dataVersion(database);
    if (!isOther && version === this.#version) return [];
    const before = this.#seen;
    const after = seenLedger(database);
    this.#database = database;
    this.#version = version;
    this.#seen = after;
    // Another connection: the file was replaced. Another origin: the store was lost, or came back.
    if (isOther) return null;
    return before === null ? [] : changedSince(database, { before, after });
  }
}
