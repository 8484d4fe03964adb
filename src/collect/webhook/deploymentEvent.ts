import { createHash } from 'node:crypto';
import type { FactSource } from '../../ledger/collected/facts.ts';
import type { FinalStatus } from '../../model.ts';
import { whatIsWrong } from '../../settings/check.ts';

/** A report about one deployment at one time. */
export interface DeploymentEvent {
  readonly source: FactSource;
  /** The event's own ID, from its body: the same ID is the same event from any sender. */
  readonly eventId: string;
  readonly atMs: number;
  readonly deploymentId: string;
  /**
   * `asked`: requested; `waits`: not started, waiting for an approval or its turn; `runs`; `ended`; `told`: changes no
   * status.
   */
  readonly step: 'asked' | 'waits' | 'runs' | 'ended' | 'told';
  readonly subject: Subject;
  /** For `ended`. */
  readonly end: { readonly status: FinalStatus; readonly error: string | null } | null;
  readonly facts: Readonly<Record<string, string | number | null>>;
}

/** What is deployed, as stored in its row. */
export interface Subject {
  readonly deployment: string;
  readonly environment: string;
  /** A temporary environment, such as that of a pull request: each has its own name. */
  readonly isTransient: boolean;
  readonly service: string | null;
  /** The host it runs on, if the event names it. */
  readonly host: string | null;
  /** Used instead of the host if the event does not name it. */
  readonly origin: string;
  readonly version: string;
  readonly previousVersion: string | null;
  readonly commitSha: string | null;
  readonly url: string | null;
  readonly triggeredBy: string | null;
  readonly triggeredAtMs: number | null;
  readonly method: string;
  readonly notes: string | null;
  /** When it began, if the event knows; otherwise the time of the event. */
  readonly startedAtMs: number | null;
}

/** The content of a body: events, an event of another kind, or nothing that its sender documents. */
export type ReadEvents =
  | { readonly events: readonly DeploymentEvent[] }
  | { readonly ignored: string }
  | { readonly wrong: string };

/** A stable ID for an object of a sender; for its public service it is the sender's own number. */
export function idOfThing(
  source: string,
  { host, publicHost, thing }: { host: string | null; publicHost: string; thing: string },
): string {
  if (host === null || host === publicHost) return `${source}-${thing}`;
  return `${source}-${createHash('sha256').update(host).digest('hex').slice(0, 8)}-${thing}`;
}

export function hostOf(url: string | null): string | null {
  return url !== null && URL.canParse(url) ? new URL(url).host : null;
}

/** The ref if it looks like a version; branches do not. */
export function versionOfRef(ref: string | null): string | null {
  return ref !== null && /^v?\d+\.\d+([-+.][0-9A-Za-z.+-]+)?$/.test(ref) ? ref : null;
}

/** Names must be valid in a group; null if all are. */
export function wrongName({ subject }: DeploymentEvent): string | null {
  for (const field of ['deployment', 'environment', 'service', 'host', 'origin', 'version'] as const) {
    const value = subject[field];
    const problem = value === null ? null : whatIsWrong('name', value);
    if (problem !== null) return `its ${field} is invalid; ${problem.expected}`;
  }
  return null;
}
