import type { Freed, NotFreed } from '../../ledger/keep/freeSpace.ts';
import type { StayReason } from '../../ledger/keep/staying.ts';
import { counted } from '../../text/counted.ts';
import { formatBytes, formatSeconds, formatTime } from '../../text/figures.ts';
import { typedPath } from '../../text/shellArgument.ts';
import { asciiJson } from '../json.ts';
import type { View } from '../terminal/view.ts';

/** The result of `prune`, or what it would be. */
export interface Pruned {
  readonly isDry: boolean;
  readonly keepMs: number;
  /** ISO 8601 in UTC. */
  readonly until: string;
  /** The newest mark, if ages are counted back from it and not from now. */
  readonly countedFrom: string | null;
  readonly deployments: number;
  readonly firstEndedAt: string | null;
  readonly lastEndedAt: string | null;
  /** Of a dry run: an estimate. */
  readonly freedBytes: number;
  readonly freed: Freed;
  readonly stayed: Readonly<Partial<Record<StayReason, number>>>;
}

const reasons: Readonly<Record<StayReason, string>> = {
  in_progress: 'still in progress',
  incomplete: 'incomplete, without a start',
  marks_waiting: 'with marks in a journal',
  open_rollback: 'with a rollback that did not end',
  container_present: 'with a container that still exists',
  newest: 'the newest of a host',
  successful: 'the newest successful of a host, or what it would be rolled back to',
  metrics: 'that the metrics show',
  invalid_row: 'with an invalid row',
};

export function pruneText(pruned: Pruned, view: Pick<View, 'local'>): string {
  const { isDry, deployments, firstEndedAt, lastEndedAt, freedBytes, stayed } = pruned;
  const age = formatSeconds(pruned.keepMs / 1000);
  const bytes = formatBytes(freedBytes);
  const of = [firstEndedAt, lastEndedAt].map((time) => formatTime(time, view));
  const what = `${counted(deployments, 'deployment')} that ended from ${of[0]} to ${of[1]}`;
  const ago = pruned.countedFrom === null ? 'ago' : 'before the newest mark';
  const first =
    deployments === 0
      ? `nothing to delete: no deployment that may be deleted ended more than ${age} ${ago}`
      : isDry
        ? `would delete ${what}, and free about ${bytes}`
        : `deleted ${what}; freed ${bytes}`;
  const rows = Object.entries(stayed).map(
    ([reason, count]) => `  ${count} ${reasons[reason as StayReason]}\n`,
  );
  const from =
    pruned.countedFrom === null
      ? ''
      : `--keep counts back from the newest mark, of ${formatTime(pruned.countedFrom, view)}\n`;
  return `${first}\n${from}${rows.length === 0 ? '' : `not deleted, although older than ${age}:\n${rows.join('')}`}`;
}

export function pruneJson({ isDry, keepMs, until, countedFrom, deployments, ...rest }: Pruned): string {
  const { firstEndedAt, lastEndedAt, freedBytes, freed, stayed } = rest;
  const json = asciiJson({
    dry_run: isDry,
    keep_seconds: keepMs / 1000,
    ended_before: until,
    counted_from: countedFrom,
    deleted: { deployments, first_ended_at: firstEndedAt, last_ended_at: lastEndedAt },
    freed_bytes: freedBytes,
    free_in_file_bytes: freed.left,
    not_deleted: { ...stayed },
  });
  return `${json}\n`;
}

const whys: Readonly<Record<NotFreed, { why: string; hint: (path: string) => string }>> = {
  'in-use': {
    why: 'giving it back would lock the ledger while a deployment is in progress',
    hint: () => 'run `deploytrack prune` again when no deployment is in progress',
  },
  'too-large': {
    why: 'giving it back would lock the ledger for seconds, once for a ledger of an older version',
    hint: (path) =>
      `run \`sqlite3 ${typedPath(path)} 'PRAGMA auto_vacuum = INCREMENTAL; VACUUM'\` when no deployment is in progress`,
  },
  'no-room': {
    why: 'giving it back needs room on the disk for a copy of the rows',
    hint: () => 'free space, then run `deploytrack prune` again',
  },
  locked: {
    why: 'another process locks the ledger',
    hint: () => 'run `deploytrack prune` again when it has ended',
  },
  reader: {
    why: 'a program is reading the ledger',
    hint: () => 'run `deploytrack prune` again when it has ended',
  },
};

/** What is left in the file; null if everything was given back to the disk. */
export function leftNote({ left, why }: Freed, path: string): { message: string; hint: string } | null {
  if (why === null || left === 0) return null;
  return {
    message: `${formatBytes(left)} in the ledger's file stay free for later marks: ${whys[why].why}`,
    hint: whys[why].hint(path),
  };
}
