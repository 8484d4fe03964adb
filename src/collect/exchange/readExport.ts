import type { ExportedDeployment } from '../../ledger/exchange/exportedDeployment.ts';
import { markOf } from '../../ledger/journal/readJournal.ts';
import type { Mark } from '../../marks.ts';
import { parseJson } from '../../text/parseJson.ts';

/** One line of a file: its content; null if it looks like ours and is not. */
export interface ExportedLine {
  readonly file: string;
  readonly number: number;
  readonly carried: Mark | ExportedDeployment | null;
  /** Whether it came from a log line marked as ours. */
  readonly isMarked: boolean;
}

/** The prefix of a mark that no file could store (`spillToJournal`). */
const inLog = 'deploytrack-mark: ';

/** The lines of an export, a journal or a log that are ours. */
export function exportedLines(whole: string, name: string): ExportedLine[] {
  return whole.split('\n').flatMap((line, index): ExportedLine[] => {
    const at = line.indexOf(inLog);
    const isMarked = at !== -1;
    const text = isMarked ? line.slice(at + inLog.length).trim() : line.trim();
    if (!text.startsWith('{')) return [];
    return [{ file: name, number: index + 1, carried: markOf(text) ?? deploymentOf(text), isMarked }];
  });
}

function deploymentOf(text: string): ExportedDeployment | null {
  try {
    const carried = parseJson(text) as Partial<ExportedDeployment>;
    const isOne =
      carried.kind === 'deployment' &&
      typeof carried.deploymentId === 'string' &&
      typeof carried.rows === 'object' &&
      carried.rows !== null &&
      Object.values(carried.rows).every(Array.isArray);
    return isOne ? (carried as ExportedDeployment) : null;
  } catch {
    return null;
  }
}
