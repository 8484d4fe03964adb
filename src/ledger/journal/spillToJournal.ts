import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Context } from '../../context.ts';
import { asWarning, type Warning } from '../../errors.ts';
import type { Mark } from '../../marks.ts';
import { appendToJournal } from './journal.ts';
import type { JournalPlaces } from './unread.ts';

/** Saves a mark that the ledger could not store: in the journal, otherwise on stderr as a line that `import` reads. */
export function spillToJournal(
  context: Context,
  { places, mark, error }: { places: JournalPlaces; mark: Mark; error: unknown },
): Warning[] {
  const why = asWarning(error, 'recording');
  const path = appendToJournal(mark, places);
  if (path !== null)
    return [
      {
        ...why,
        message: `${why.message}; the mark was saved to ${path}${untilWhen(context, { path, places })}; the next command that can open the ledger imports it`,
      },
    ];
  context.stderr.write(`deploytrack-mark: ${asciiJson(mark)}\n`);
  return [
    {
      ...why,
      message: `${why.message}; no journal could be written either: the mark is printed above as one line`,
      hint: 'import that line with `deploytrack import`',
    },
  ];
}

/** Some fallbacks are lost at a reboot. */
function untilWhen(context: Context, { path, places }: { path: string; places: JournalPlaces }): string {
  const folder = dirname(path);
  if (folder === dirname(places.ledgerPath)) return '';
  const isTemporary = [folder, dirname(folder)].includes(context.temporaryFolder());
  return isTemporary || isMemory(folder) ? ' until the next reboot' : '';
}

/** File systems of Linux in memory: tmpfs and ramfs (statfs(2)). */
const memory: readonly number[] = [0x0102_1994, 0x8584_58f6];

function isMemory(folder: string): boolean {
  try {
    return memory.includes(statfsSync(folder).type);
  } catch {
    return false;
  }
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('##', '#\\u0023'); // a CI would read `##[` in its log as a command
}
