import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * One line for each file with skipped tests: how many, and the reasons of its conditions
 * (test/support/because.ts); and one for each vitest project that did not run. The reasons are records in a
 * file, one per line.
 */
export function skippedBecause(testResults, file) {
  const records = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').filter(Boolean) : [];
  const told = [...new Set(records)].map((record) => JSON.parse(record));
  const projects = told
    .filter(({ project }) => project !== undefined)
    .map(({ project, reason }) => `skipped the project ${project}: ${reason}`);
  return [...projects, ...testResults.flatMap((result) => lineOf(result, told))];
}

function lineOf({ name = '', assertionResults }, told) {
  const skipped = assertionResults.filter(({ status }) => ['pending', 'skipped', 'todo'].includes(status));
  if (skipped.length === 0) return [];
  const reasons = told.filter(({ file }) => file === name).map(({ reason }) => reason);
  return [
    `skipped ${skipped.length} in ${relative(process.cwd(), name)}: ${reasons.join('; ') || 'no reason is known'}`,
  ];
}
