import { resolve } from 'node:path';
import { usageError } from '../../errors.ts';
import { readWithin } from '../../files/fileWithin.ts';
import { limitBytes } from '../../files/readNamed.ts';
import type { Session } from '../../session.ts';

/** What the well-known tools print for each migration that they apply. */
const readyPatterns: Readonly<Record<string, RegExp>> = {
  alembic: /Running upgrade .*->/,
  flyway: /Migrating schema .* to version/,
  django: /^\s*Applying \S+\.\S+\.\.\./,
  prisma: /Applying migration `/,
  rails: /^==\s+\S+ .*: migrated/,
  'ef-core': /Applying migration '/,
};

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
  const form = ready ?? regularExpression(pattern);
  let count = 0;
  return {
    observe: (line) => {
      if (form.test(line)) count += 1;
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
    if (/^\d{1,15}$/.test(text)) return Number(text);
    session.warnings.push({
      code: 'COUNT',
      message: `--count-file ${file}: expected one whole number, found ${JSON.stringify(text.slice(0, 40))}; the migration counts as 1`,
    });
  } catch (error) {
    session.warnings.push({
      code: 'COUNT',
      message: `--count-file ${file} cannot be read (${(error as Error).message}); the migration counts as 1`,
    });
  }
  return null;
}

function regularExpression(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    throw usageError(
      `--count-pattern: ${JSON.stringify(pattern)} is no regular expression`,
      `a name serves too: ${Object.keys(readyPatterns).join(', ')}`,
    );
  }
}
