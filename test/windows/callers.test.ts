import { writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { because } from '../support/because.ts';
import { noWindows, type Windows, windows } from './wine.ts';

vi.setConfig({ testTimeout: 120_000 });

describe.skipIf(because(windows === null, noWindows))('A program that calls deploytrack.cmd', () => {
  const c = windows as Windows;

  test('keeps its deployment open while it runs, although the cmd.exe of each call has ended', async () => {
    writeFileSync(
      c.path('work/caller.js'),
      `process.env.DEPLOYTRACK_LEDGER = 'C:\\\\work\\\\callers.db';
      const call = (...words) => require('node:child_process')
        .spawnSync('cmd.exe', ['/c', 'deploytrack.cmd', ...words], { stdio: 'inherit' });
      call('start', '--deployment', 'called', '--version', '1');
      call('start', '--deployment', 'called', '--version', '2', '--exclusive', '--take-over');`,
    );
    const { stderr } = await c.ended([`${c.folder}\\node.exe`, 'caller.js']);
    expect(stderr).toMatch(/^deploytrack: error: deployment \S+ .*\n/);
    const rows = c.rows(
      'work/callers.db',
      'SELECT version, deployment_status AS status FROM deployment_metrics',
    );
    expect(rows).toEqual([{ version: '1', status: 'in-progress' }]);
  });
});
