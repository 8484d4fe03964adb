import { usageError } from '../errors.ts';

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
