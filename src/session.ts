import type { ChildEnd } from './child/end.ts';
import type { CommandData } from './cli/define/command.ts';
import type { Context } from './context.ts';
import type { Warning } from './errors.ts';
import type { Store } from './ledger/store.ts';
import type { MeasuredDowntime, ProcessIdentity } from './marks.ts';
import type { Settings } from './settings/settings.ts';

/** What a command works with. */
export interface Session {
  /** The command that runs. */
  readonly command: Pick<CommandData, 'name' | 'phase' | 'policy'>;
  readonly context: Context;
  readonly settings: Settings;
  readonly store: Store;
  /** Collected by all parts, reported at the end. */
  readonly warnings: Warning[];
}

/** How long a command may take for pushing, and what it may do. */
export interface PushRequest {
  readonly deploymentId: string | null;
  readonly budgetMs: number;
  /**
   * Upper limit for everything, including reading the gateway's state, if the caller cannot wait longer; null: no
   * limit.
   */
  readonly mostMs: number | null;
  /**
   * Whether the gateway's state is read and used as the baseline: never by a mark; at the end of a deployment if it is
   * still missing; always at the start of a deployment and by `push`.
   */
  readonly adopt: 'never' | 'missing' | 'always';
  /** `push`, `--wait`: also pushes what was rejected, and what the gateway has lost; every failure is reported. */
  readonly insist: boolean;
}

/** A prober for one cutover. */
export interface CutoverProber {
  /** Settles when the command may start. */
  readonly first: Promise<void>;
  /** Waits for a successful check if the command succeeded; returns the result. */
  settle(cutover: { end: ChildEnd; deploymentId: string | null }): Promise<MeasuredDowntime>;
}

export interface BackgroundProber {
  readonly process: ProcessIdentity;
  /** The file of its attempts. */
  readonly file: string;
}
