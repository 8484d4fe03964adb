import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { usageError } from '../../errors.ts';
import { amountLimits, isWithin } from '../../limits.ts';
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
export function countFromFile(session: Session, file: string): number | null {
  try {
    const text = readFileSync(resolve(session.context.cwd, file), 'utf8').trim();
    if (/^\d+$/.test(text) && isWithin(Number(text), amountLimits.migrations)) return Number(text);
    session.warnings.push({
      code: 'COUNT',
      message: `--count-file ${file}: expected one whole number up to ${amountLimits.migrations.max}, found ${JSON.stringify(text.slice(0, 40))}; the migration counts as 1`,
    });
  } catch (error) {
    session.warnings.push({
      code: 'COUNT',
      message: `--count-file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}); the migration counts as 1`,
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
