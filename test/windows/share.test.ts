import { describe, expect, test, vi } from 'vitest';
import { because } from '../support/because.ts';
import { noWindows, type Windows, windows } from './wine.ts';

vi.setConfig({ testTimeout: 120_000 });

describe.skipIf(because(windows === null, noWindows))('A ledger on a network share', () => {
  const c = windows as Windows;
  const ledger = '\\\\server\\share\\deployments.db';
  const refusal = `the ledger ${ledger} is not used: it is on the network share \\\\server\\share`;

  test('is refused with the reason', async () => {
    const { code, stderr } = await c.run(['history', '--ledger', ledger]);
    expect(stderr).toContain(`deploytrack: error: ${refusal}`);
    expect(stderr).toContain('deploytrack: hint: set a file on a local disk with --ledger');
    expect(code).toBe(1);
  });

  test('does not stop a deployment, whose marks are saved elsewhere', async () => {
    const { code, stdout, stderr } = await c.run([
      'start',
      '--ledger',
      ledger,
      '--deployment',
      'far',
      '--version',
      '1',
    ]);
    expect(stderr).toContain(refusal);
    expect(stderr).toMatch(/the mark was saved to C:\\/);
    expect(stdout).toMatch(/^\d{8}T/);
    expect(code).toBe(0);
  });
});
