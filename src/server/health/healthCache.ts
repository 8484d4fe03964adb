import type { Database } from '../../ledger/file/addon.ts';
import { dataVersion } from '../../ledger/file/dataVersion.ts';
import { asciiJson } from '../../report/json.ts';
import type { HealthResponse } from './healthJson.ts';

/** A response as it is sent. */
export interface CachedResponse {
  readonly status: HealthResponse['status'];
  readonly text: string;
}

/** Limit of all cached responses together; with hundreds of packages per deployment, one may be a megabyte. */
const mostBytes = 4_000_000;

/** Responses are valid until the ledger changes, so a history of 100,000 is counted and serialized only once. */
export class HealthCache {
  readonly #answers = new Map<string, CachedResponse>();
  #bytes = 0;
  #of: Database | null = null;
  #version = -1;

  of(database: Database, key: string, make: () => HealthResponse): CachedResponse {
    // It changes with each commit of another connection; this connection never writes.
    const version = dataVersion(database);
    if (this.#of !== database || this.#version !== version) this.#forget();
    this.#of = database;
    this.#version = version;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const { status, body } = make();
    const made = { status, text: `${asciiJson(body, { pretty: true })}\n` };
    if (this.#bytes + made.text.length > mostBytes) this.#forget();
    this.#answers.set(key, made);
    this.#bytes += made.text.length;
    return made;
  }

  #forget(): void {
    this.#answers.clear();
    this.#bytes = 0;
  }
}
