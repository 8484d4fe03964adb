import type { Change } from '../../ledger/read/changes.ts';

/** A change in a line: `pip requests 2.31.0 -> 2.32.0`; hashes by their first digits. */
export function changeText({ kind, name, before, after }: Change, arrow: string): string {
  const shown = (value: string | null, absent: string): string =>
    value === null ? absent : kind === 'file' ? value.slice(0, 12) : value;
  return `${kind} ${name} ${shown(before, 'new')} ${arrow} ${shown(after, 'gone')}`;
}
