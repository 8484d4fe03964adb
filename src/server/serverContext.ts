import type { Database } from '../ledger/file/addon.ts';
import type { Session } from '../session.ts';

/** What every part of a server works with. */
export interface ServerContext {
  readonly session: Session;
  /**
   * The ledger for reading, one connection for all. Throws a DeploytrackError where it cannot be read (503), also when
   * the file has disappeared since.
   */
  database(): Promise<Database>;
  /** What `serve` was told to speak of; null where it was not. */
  readonly site: { readonly deployment: string | null; readonly environment: string | null };
  /** Every deployment is invented, and every answer says so. */
  readonly isSample: boolean;
  log(entry: LogEntry): void;
}

/** One structured line of the log. Never holds a secret. */
export interface LogEntry {
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly [detail: string]: string | number | boolean | null;
}
