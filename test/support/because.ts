import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';
import { powershell } from '../examples/powershell.ts';
import { isRoot } from './strangers.ts';

/**
 * Returns the condition of a `skipIf` unchanged. If it is true, the reason is printed by `scripts/test` after
 * `skipped <n> in <file>: `, so it names what is missing: `not root`, `no strace`.
 */
export function because(condition: boolean, reason: string): boolean {
  const to = process.env.SKIPPED_REASONS;
  if (condition && to !== undefined)
    appendFileSync(to, `${JSON.stringify({ file: expect.getState().testPath, reason })}\n`);
  return condition;
}

export const notRoot = () => because(!isRoot, 'not root');
export const noPowershell = () =>
  because(powershell === undefined, 'no PowerShell; scripts/install-pwsh installs it with the .NET SDK');
