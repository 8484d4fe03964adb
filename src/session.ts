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
  /** Collected by everything, worded at the end. */
  readonly warnings: Warning[];
}

/** How long a command may spend on delivery, and what it may do. */
export interface PushRequest {
  readonly deploymentId: string | null;
  readonly budgetMs: number;
  /** All of it, the reading of a gateway's state included, where somebody waits for no longer; null: no such end. */
  readonly mostMs: number | null;
  /**
   * Whether the gateway's own state is read and taken as a base: never by a mark; at the end of a deployment where it is
   * missing yet; always where a deployment begins and by `push`.
   */
  readonly adopt: 'never' | 'missing' | 'always';
  /** `push`, `--wait`: also what was refused, and what the gateway has lost; everything that fails is told. */
  readonly insist: boolean;
}

/** A prober beside one cutover. */
export interface CutoverProber {
  /** Settles when the command may start. */
  readonly first: Promise<void>;
  /** Waits for a good answer where the command did well; what was seen. */
  settle(cutover: { end: ChildEnd; deploymentId: string | null }): Promise<MeasuredDowntime>;
}

export interface BackgroundProber {
  readonly process: ProcessIdentity;
  /** Where it writes its attempts. */
  readonly file: string;
}
