import type { Check } from './checks.ts';

/** The branches of a CASE, as SQL: the first required value that is invalid, as a message after `said`. */
export function unfitCases(needs: Readonly<Record<string, Check>>, said = ''): string {
  return Object.entries(needs)
    .map(([name, { sql, wrong }]) => `WHEN (${sql(name)}) IS NOT 1 THEN '${said}${name} ${wrong}'`)
    .join(' ');
}
