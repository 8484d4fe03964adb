import { createHash } from 'node:crypto';
import type { FactSource } from '../../ledger/collected/facts.ts';
import type { FinalStatus } from '../../model.ts';
import { whatIsWrong } from '../../settings/check.ts';

/** What a sender tells of one deployment at one time. */
export interface DeploymentEvent {
  readonly source: FactSource;
  /** The event's own id, out of its body: the same one again is the same event, whoever brings it. */
  readonly eventId: string;
  readonly atMs: number;
  readonly deploymentId: string;
  /**
   * `asked`: somebody wants it; `waits`: it has not begun, for an approval or a turn; `runs`; `ended`; `told`: something
   * that changes no status.
   */
  readonly step: 'asked' | 'waits' | 'runs' | 'ended' | 'told';
  readonly subject: Subject;
  /** Of `ended`. */
  readonly end: { readonly status: FinalStatus; readonly error: string | null } | null;
  readonly facts: Readonly<Record<string, string | number | null>>;
}

/** What is deployed, as its row will say it. */
export interface Subject {
  readonly deployment: string;
  readonly environment: string;
  /** An environment that will go again, as that of a pull request: each has a name of its own. */
  readonly isTransient: boolean;
  readonly service: string | null;
  /** Where it runs, where that is told. */
  readonly host: string | null;
  /** What stands for the host where it is not told. */
  readonly origin: string;
  readonly version: string;
  readonly previousVersion: string | null;
  readonly commitSha: string | null;
  readonly url: string | null;
  readonly triggeredBy: string | null;
  readonly triggeredAtMs: number | null;
  readonly method: string;
  readonly notes: string | null;
  /** When it began, where the event knows; else it is the event's own time. */
  readonly startedAtMs: number | null;
}

/** What a body is: events, one of another kind, or none of what its sender documents. */
export type ReadEvents =
  | { readonly events: readonly DeploymentEvent[] }
  | { readonly ignored: string }
  | { readonly wrong: string };

/** An id that a thing of a sender always has; of its public service it is the sender's own number. */
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

/** A ref that is a version by its form; a branch is none. */
export function versionOfRef(ref: string | null): string | null {
  return ref !== null && /^v?\d+\.\d+([-+.][0-9A-Za-z.+-]+)?$/.test(ref) ? ref : null;
}

/** What names its row must be fit for a group; null where all are. */
export function wrongName({ subject }: DeploymentEvent): string | null {
  for (const field of ['deployment', 'environment', 'service', 'host', 'origin', 'version'] as const) {
    const value = subject[field];
    const problem = value === null ? null : whatIsWrong('name', value);
    if (problem !== null) return `its ${field} is invalid; ${problem.expected}`;
  }
  return null;
}
