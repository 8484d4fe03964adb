import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DeploytrackError } from '../../errors.ts';
import type { CarriedDeployment } from '../../ledger/carry/carriedDeployment.ts';
import { markOf } from '../../ledger/journal/readJournal.ts';
import type { Mark } from '../../marks.ts';

/** One line of a file: what it carries; null where it looks like ours and is not. */
export interface CarriedLine {
  readonly file: string;
  readonly number: number;
  readonly carried: Mark | CarriedDeployment | null;
}

/** What stands before a mark that no file could take (`keepElsewhere`). */
const inLog = 'deploytrack-mark: ';

/** The lines of ours in an export, a journal or a log. Throws where the file cannot be read. */
export function readCarried(cwd: string, name: string): { name: string; lines: CarriedLine[] } {
  const lines = textOf(cwd, name)
    .split('\n')
    .flatMap((line, index): CarriedLine[] => {
      const at = line.indexOf(inLog);
      const text = at === -1 ? line.trim() : line.slice(at + inLog.length).trim();
      if (!text.startsWith('{')) return [];
      return [{ file: name, number: index + 1, carried: markOf(text) ?? deploymentOf(text) }];
    });
  return { name, lines };
}

function textOf(cwd: string, name: string): string {
  try {
    return readFileSync(name === '-' ? 0 : resolve(cwd, name), 'utf8');
  } catch (error) {
    const said = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new DeploytrackError({ code: 'FILE', message: `${name} cannot be read (${said})`, cause: error });
  }
}

function deploymentOf(text: string): CarriedDeployment | null {
  try {
    const carried = JSON.parse(text) as Partial<CarriedDeployment>;
    const isOne =
      carried.kind === 'deployment' &&
      typeof carried.deploymentId === 'string' &&
      typeof carried.rows === 'object' &&
      carried.rows !== null &&
      Object.values(carried.rows).every(Array.isArray);
    return isOne ? (carried as CarriedDeployment) : null;
  } catch {
    return null;
  }
}
