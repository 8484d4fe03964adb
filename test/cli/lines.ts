import { expect } from 'vitest';
import type { ProgramEnd } from '../support/program.ts';

/** The only line on stderr, which must name the problem and, in parentheses at its end, what to do next. */
export function oneLineWithHint(end: ProgramEnd): string {
  expect(end.stderr).toMatch(/^deploytrack: [^\n]+ \([^\n]+\)\n$/);
  return end.stderr.trimEnd();
}

/** The warning of a command that otherwise did its work. */
export function oneWarningWithHint(end: ProgramEnd): string {
  expect(end.code).toBe(0);
  const line = oneLineWithHint(end);
  expect(line).toMatch(/^deploytrack: warning: /);
  return line;
}

/** A usage error before anything was written or run. */
export function usageErrorWithHint(end: ProgramEnd): string {
  expect(end.code).toBe(2);
  const line = oneLineWithHint(end);
  expect(line).not.toMatch(/^deploytrack: warning/);
  return line;
}
