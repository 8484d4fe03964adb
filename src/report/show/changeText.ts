import type { Change } from '../../ledger/read/changes.ts';

/** A change in one line: `pip requests 2.31.0 -> 2.32.0`; hashes are shortened. */
export function changeText({ kind, name, before, after }: Change, arrow: string): string {
  const shown = (value: string | null, absent: string): string =>
    value === null ? absent : kind === 'file' ? value.slice(0, 12) : value;
  return `${kind} ${name} ${shown(before, 'new')} ${arrow} ${shown(after, 'removed')}`;
}
