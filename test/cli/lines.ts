import { expect } from 'vitest';
import type { ProgramEnd } from '../support/program.ts';

/** The one problem that was reported: a line that says what is wrong, and what was expected or, in a second line, what to do. */
export function oneProblemWithHint(end: ProgramEnd): string {
  expect(end.stderr).toMatch(
    /^deploytrack: ((error|warning): )?([^\n]+\ndeploytrack: hint: [^\n]+|[^\n]+; expected [^\n]+)\n$/,
  );
  return end.stderr.trimEnd();
}

/** A warning beside a command that did what it is for. */
export function oneWarningWithHint(end: ProgramEnd): string {
  expect(end.code).toBe(0);
  const text = oneProblemWithHint(end);
  expect(text).toMatch(/^deploytrack: warning: /);
  return text;
}

/** A refusal before anything was written or run. */
export function usageErrorWithHint(end: ProgramEnd): string {
  expect(end.code).toBe(2);
  const text = oneProblemWithHint(end);
  expect(text).toMatch(/^deploytrack: error: /);
  return text;
}
