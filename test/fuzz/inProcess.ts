import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { main } from '../../src/entry.ts';
import { fakeContext } from '../support/context.ts';

/** How many inputs each property tries; more by hand, for example DEPLOYTRACK_FUZZ_RUNS=10000. */
export const runs = (usually = 60): number => Number(process.env.DEPLOYTRACK_FUZZ_RUNS ?? usually);

/** Longer than a property takes, however many inputs it tries. */
export const patience = 60_000 + runs() * 1000;

export interface Spoken {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with a ledger of its own, where commands run in this process. */
export function fuzzFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const ledger = join(folder, 'deployments.db');
  let ids = 0;
  // Marks of different commands have different IDs.
  const uniqueId = () => {
    ids += 1;
    return `mark-${ids}`;
  };
  return {
    folder,
    ledger,
    async run(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Spoken> {
      const context = fakeContext({
        cwd: folder,
        uniqueId,
        uid: process.getuid?.(),
        env: { DEPLOYTRACK_SETTINGS_ROOT: folder, DEPLOYTRACK_LEDGER: ledger, HOME: folder, ...env },
      });
      const code = await main(argv, context);
      return { code, stdout: context.stdout.text, stderr: context.stderr.text };
    },
  };
}

/** An exit code of the contract, and words instead of a stack trace. */
export function expectWords({ code, stderr }: Spoken, codes: readonly number[] = [0, 1, 2]): void {
  expect(stderr).not.toMatch(/internal error|^ +at .+:\d+/m);
  expect(codes).toContain(code);
  if (code === 2) expect(stderr).toMatch(/^deploytrack: /m);
}
