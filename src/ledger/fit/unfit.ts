import type { Check } from './checks.ts';

/** The branches of a CASE, as SQL: of what a row needs the first that it has not, in words behind `said`. */
export function unfitCases(needs: Readonly<Record<string, Check>>, said = ''): string {
  return Object.entries(needs)
    .map(([name, { sql, wrong }]) => `WHEN (${sql(name)}) IS NOT 1 THEN '${said}${name} ${wrong}'`)
    .join(' ');
}
