import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyMark } from '../../src/ledger/marks/apply.ts';
import type { Attempt } from '../../src/probe/attempt.ts';
import { appendAttempts } from '../../src/probe/attemptFile.ts';
import { collectProber } from '../../src/probe/cutover/collectProber.ts';
import { later, phaseStartMark } from '../ledger/makeMarks.ts';
import { begun, run } from './finishOf.ts';
import type { TestHost } from './testSession.ts';

/**
 * Leaves what the prober of an open cutover would leave: its row, and a file of attempts with one failing
 * second.
 */
async function leaveProber(
  host: TestHost,
  { runId, service, outageAt }: { runId: string; service: string | null; outageAt: number },
): Promise<string> {
  const database = await host.command('init').session.store.database();
  const zero = host.context.instant();
  const file = join(host.folder, `deploytrack-probe-${runId}`);
  writeFileSync(file, '');
  const process = { pid: 999_999, started: null, boot: 'boot-1', pidNamespace: 'pid:[1]' };
  applyMark(host.context, {
    database,
    mark: phaseStartMark(zero, { runId, stage: 'cutover', service, prober: { process, file } }),
  });
  const attempts = [0, outageAt, outageAt + 1, outageAt + 2].map((second): Attempt => {
    const at = later(zero, second);
    const healthy = second !== outageAt && second !== outageAt + 1;
    return {
      startedAt: at,
      endedAt: at,
      latencySeconds: 0,
      healthy,
      verdict: healthy ? 'healthy' : 'refused',
      words: '',
      statusCode: healthy ? 200 : null,
      version: null,
    };
  });
  appendAttempts(file, attempts);
  return file;
}
describe('Probers that are still running', () => {
  test('finish collects the probers of all open cutovers and takes the downtime from them', async () => {
    const host = await begun({}, { previousVersion: '0.9' });
    const files = [
      await leaveProber(host, { runId: 'web', service: null, outageAt: 3 }),
      await leaveProber(host, { runId: 'worker', service: 'worker', outageAt: 20 }),
    ];
    host.context.advance(60_000);
    expect(await run(host)).toMatchObject({ status: 'success', warnings: ['PHASE_OPEN'] });
    expect(await host.rows('SELECT run_id AS id, status FROM deployment_stages ORDER BY id')).toEqual([
      { id: 'web', status: 'success' },
      { id: 'worker', status: 'success' },
    ]);
    // From the last successful check (0 s for both) to the first one after: 5 s and 22 s, together 22.
    expect(
      await host.rows(
        'SELECT downtime_duration AS seconds, downtime_open AS open, cutover_duration AS cutover FROM deployment_metrics',
      ),
    ).toEqual([{ seconds: 22, open: 0, cutover: 60 }]);
    for (const file of files) expect(() => readFileSync(file)).toThrow('ENOENT');
    expect(await host.rows('SELECT * FROM probers')).toEqual([]);
  });

  test('finish of a failed deployment ends the cutovers of its probers as failed', async () => {
    const host = await begun({}, { previousVersion: '0.9' });
    await leaveProber(host, { runId: 'web', service: null, outageAt: 3 });
    host.context.advance(10_000);
    await run(host, { 'exit-code': '1' });
    expect(await host.rows('SELECT status, error_type AS type FROM deployment_stages')).toEqual([
      { status: 'failed', type: 'canceled' },
    ]);
    expect(await host.rows('SELECT downtime_duration AS seconds FROM deployment_metrics')).toEqual([
      { seconds: 5 },
    ]);
  });

  test('finish stops the prober of a cutover whose end could not reach it, and no other phase end does', async () => {
    const host = await begun({}, { previousVersion: '0.9' });
    const file = await leaveProber(host, { runId: 'web', service: null, outageAt: 3 });
    const database = await host.command('init').session.store.database();
    database.exec("UPDATE deployment_stages SET status = 'success', duration_seconds = 1");
    const at = host.context.instant();
    const ending = { deploymentId: 'd1', service: null, at, waitMs: 0 };
    expect(await collectProber(host.command('phase end').session, ending)).toBeNull();
    await run(host);
    expect(() => readFileSync(file)).toThrow('ENOENT');
    expect(await host.rows('SELECT * FROM probers')).toEqual([]);
  });

  test('finish inside `run` leaves probers running', async () => {
    const host = await begun({ DEPLOYTRACK_RUN: 'd1' });
    const file = await leaveProber(host, { runId: 'web', service: null, outageAt: 3 });
    await run(host);
    expect(readFileSync(file, 'utf8')).not.toBe('');
    expect(await host.rows('SELECT status FROM deployment_stages')).toEqual([{ status: 'running' }]);
  });

  test('the end of a phase collects the prober of its own service only', async () => {
    const host = await begun({}, { previousVersion: '0.9' });
    await leaveProber(host, { runId: 'web', service: null, outageAt: 3 });
    await leaveProber(host, { runId: 'worker', service: 'worker', outageAt: 20 });
    const collected = (service: string | null) =>
      collectProber(host.command('phase end').session, {
        deploymentId: 'd1',
        service,
        at: host.context.instant(),
        waitMs: 0,
      });
    expect((await collected(null))?.outages[0]?.endedAt?.wallMs).toBe(Date.parse('2026-01-15T10:00:05Z'));
    expect(await host.rows('SELECT run_id AS id FROM probers')).toEqual([{ id: 'worker' }]);
    expect(await collected('another')).toBeNull();
    expect((await collected('worker'))?.outages[0]?.endedAt?.wallMs).toBe(Date.parse('2026-01-15T10:00:22Z'));
  });
});
