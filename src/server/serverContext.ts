import type { ServedStore } from '../fleet/serve/servedStore.ts';
import type { Database } from '../ledger/file/addon.ts';
import type { Session } from '../session.ts';

/** Passed to every part of the server. */
export interface ServerContext {
  readonly session: Session;
  /**
   * The ledger, on one shared read connection. Throws a DeploytrackError (503) if it cannot be read, also if the file has
   * disappeared.
   */
  database(): Promise<Database>;
  /** The options --deployment and --environment of `serve`; null if not given. */
  readonly site: { readonly deployment: string | null; readonly environment: string | null };
  /** All deployments are sample data, and every response says so. */
  readonly isSample: boolean;
  /** The central store whose deployments the ledger has; null: it is that of this host. */
  readonly store: ServedStore | null;
  log(entry: LogEntry): void;
}

/** One structured line of the log. Never holds a secret. */
export interface LogEntry {
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly [detail: string]: string | number | boolean | null;
}
