import { resolve } from 'node:path';
import { usageError } from '../errors.ts';
import { readWithin } from '../files/fileWithin.ts';
import { limitBytes } from '../files/readNamed.ts';
import { amountLimits, isWithin } from '../limits.ts';
import type { Session } from '../session.ts';

/** What the well-known tools print for each migration that they apply. */
const readyPatterns: Readonly<Record<string, (line: string) => boolean>> = {
  alembic: (line) => follow(line, ['Running upgrade ', '->']),
  flyway: (line) => follow(line, ['Migrating schema ', ' to version']),
  django: (line) => isDjango(/^\s*Applying (\S+)/.exec(line)?.[1] ?? ''),
  prisma: (line) => line.includes('Applying migration `'),
  rails: (line) => /^==\s+\S+ /.test(line) && line.includes(': migrated'),
  'ef-core': (line) => line.includes("Applying migration '"),
};

/** Whether the parts stand in a line one behind the other: what `first.*second` says, in one pass. */
function follow(line: string, parts: readonly string[]): boolean {
  let from = 0;
  return parts.every((part) => {
    const at = line.indexOf(part, from);
    from = at + part.length;
    return at !== -1;
  });
}

/** `auth.0001_initial...` */
function isDjango(word: string): boolean {
  const dot = word.indexOf('.', 1);
  return dot !== -1 && word.lastIndexOf('...') > dot + 1;
}

/** After a command a file on another machine's folder has so long to answer. */
export const fileWithinMs = 1000;

export interface MigrationCounter {
  readonly observe: (line: string) => void;
  readonly count: () => number;
}

/**
 * Counts the lines of a tool's output that tell of an applied migration: by a ready pattern's name, or by a
 * regular expression. Throws a usage error where it is neither.
 */
export function countMigrations(pattern: string): MigrationCounter {
  const name = pattern
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/^efcore$/, 'ef-core');
  const ready = Object.hasOwn(readyPatterns, name) ? readyPatterns[name] : undefined;
  const tells = ready ?? regularExpression(pattern);
  let count = 0;
  return {
    observe: (line) => {
      if (tells(line)) count += 1;
    },
    count: () => count,
  };
}

/** The whole number that a file holds; a warning and null where it holds none. */
export async function countFromFile(session: Session, file: string): Promise<number | null> {
  try {
    const limits = { mostBytes: limitBytes.secret, withinMs: fileWithinMs };
    const content = await readWithin(session.context, resolve(session.context.cwd, file), limits);
    const text = content.toString('utf8').trim();
    if (/^\d{1,15}$/.test(text) && isWithin(Number(text), amountLimits.migrations)) return Number(text);
    warn(
      session,
      `--count-file ${file}: expected one whole number up to ${amountLimits.migrations.max}, found ${JSON.stringify(text.slice(0, 40))}`,
    );
  } catch (error) {
    warn(session, `--count-file ${file} cannot be read (${(error as Error).message})`);
  }
  return null;
}

function warn({ warnings }: Session, message: string): void {
  const hint = 'the tool writes the number there, or --count says it';
  const consequence = 'the migration counts as 1';
  warnings.push({ code: 'COUNT', message: `${message}; ${consequence}`, hint, failed: 'recording' });
}

/** The user's own may be slow on long lines: `lineReader` shows the beginning of those. */
function regularExpression(pattern: string): (line: string) => boolean {
  try {
    const form = new RegExp(pattern);
    return (line) => form.test(line);
  } catch {
    throw usageError(
      `--count-pattern: ${JSON.stringify(pattern)} is no regular expression`,
      `a name serves too: ${Object.keys(readyPatterns).join(', ')}`,
    );
  }
}
