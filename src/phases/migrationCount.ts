import { resolve } from 'node:path';
import { usageError } from '../errors.ts';
import { readWithin } from '../files/fileWithin.ts';
import { limitBytes } from '../files/readNamed.ts';
import { amountLimits, isWithin } from '../model.ts';
import type { Session } from '../session.ts';

/** The output of well-known tools for each migration that they apply. */
const readyPatterns: Readonly<Record<string, (line: string) => boolean>> = {
  alembic: (line) => follow(line, ['Running upgrade ', '->']),
  flyway: (line) => follow(line, ['Migrating schema ', ' to version']),
  django: (line) => isDjango(/^\s*Applying (\S+)/.exec(line)?.[1] ?? ''),
  prisma: (line) => line.includes('Applying migration `'),
  rails: (line) => /^==\s+\S+ /.test(line) && line.includes(': migrated'),
  'ef-core': (line) => line.includes("Applying migration '"),
};

/** Whether a line contains the parts in this order: `first.*second`, in linear time. */
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

/** After the command, a file on another machine's mount gets this long to respond. */
export const fileWithinMs = 1000;

export interface MigrationCounter {
  readonly observe: (line: string) => void;
  readonly count: () => number;
}

/**
 * Counts the lines of a tool's output that report an applied migration: by the name of a known pattern, or by a regular
 * expression. Throws a usage error for anything else.
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

/** The whole number in a file; a warning and null if there is none. */
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
  const hint = 'let the tool write the number there, or use --count';
  const consequence = 'counted as 1 migration';
  warnings.push({ code: 'COUNT', message: `${message}; ${consequence}`, hint, failed: 'recording' });
}

/** The user's own expression may be slow on long lines; `lineReader` passes only their beginning. */
function regularExpression(pattern: string): (line: string) => boolean {
  try {
    const form = new RegExp(pattern);
    return (line) => form.test(line);
  } catch {
    throw usageError(
      `invalid regular expression ${JSON.stringify(pattern)} for --count-pattern`,
      `use a regular expression or one of ${Object.keys(readyPatterns).join(', ')}`,
    );
  }
}
