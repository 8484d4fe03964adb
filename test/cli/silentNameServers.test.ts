import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { notRoot } from '../support/because.ts';
import { eventually } from '../support/eventually.ts';
import { endOf, newProgram, type Program, startDeployment } from '../support/program.ts';
import { type SilentNames, startSilentNames } from '../support/silentNames.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** The system's own look-up takes ten seconds or more here, and forty with both servers and domains. */
const slackMs = 5000;
const gateway = { PUSHGATEWAY_URL: 'http://pushgateway.internal:9091' };
const nowhere = 'http://svc.internal/health';

describe.skipIf(notRoot())('While the name servers are silent', () => {
  let names: SilentNames;
  beforeAll(async () => {
    names = await startSilentNames(newProgram().folder);
  });
  afterAll(() => names.stop());

  /** A deployment known to the gateway when its name could still be resolved. */
  async function begun(): Promise<Program> {
    const program = newProgram({ env: { DEPLOYTRACK_ID: 'd' } });
    await startDeployment(program, '--id', 'd');
    const ledger = new Database(program.ledger);
    ledger.prepare('UPDATE groups SET adopted_url = ?, adopted_at = 1').run(gateway.PUSHGATEWAY_URL);
    ledger.close();
    return program;
  }

  test.each<[string[], number]>([
    [['phase', 'run', 'b', '--', 'true'], 1000],
    [['phase', 'end', 'b'], 1000],
    [['phase', 'record', 'b', '--duration', '1s'], 1000],
    [['extract', '--', 'true'], 1000],
    [['smoke', 'login', '--', 'true'], 1000],
    [['smoke', 'login', '--passed'], 1000],
    [['error-rate', '0.1'], 1000],
    [['cost', 'vm', '1'], 1000],
    [['rollback', '--reason', 'x'], 1000],
    [['rollback', '--', 'true'], 1000],
    [['finish'], 2000],
    [['start', '--id', 'e', '--deployment', 'app', '--version', '2'], 2000],
    [['init', '--deployment', 'other'], 2000],
    [['run', '--id', 'r', '--deployment', 'run', '--version', '2', '--', 'true'], 2000],
    [['push'], 5000],
    [['push', '--delete'], 5000],
    [['push', '--wait', '3s'], 3000],
    [['doctor'], 2000],
  ])(
    '%j ends in time while the name servers are silent, and says why nothing was sent',
    async (words, budgetMs) => {
      const program = await begun();
      // A busy machine uses up the 250 ms of a mark, which does not count as a failure of the gateway.
      const env = budgetMs === 1000 ? { ...gateway, DEPLOYTRACK_GATEWAY_TIMEOUT: '1s' } : gateway;
      const end = await names.run(program, words, env);
      expect(end.tookMs).toBeLessThan(budgetMs + slackMs);
      expect(end.stdout + end.stderr).toMatch(/the host name could not be looked up within \d+ ms/);
      expect(end.signal).toBeNull();
    },
  );

  test('the next mark does not contact a gateway whose name could not be resolved', async () => {
    const program = await begun();
    const env = { ...gateway, DEPLOYTRACK_GATEWAY_TIMEOUT: '1s' };
    expect((await names.run(program, ['extract', '--', 'true'], env)).stderr).not.toBe('');
    expect((await names.run(program, ['extract', '--', 'true'], env)).stderr).toBe('');
  });

  test('a mark ends in time while nothing looks up the name of the proxy', async () => {
    const program = await begun();
    const proxy = { DEPLOYTRACK_GATEWAY_PROXY: 'http://proxy.internal:3128' };
    const env = { ...gateway, ...proxy, DEPLOYTRACK_GATEWAY_TIMEOUT: '1s' };
    const end = await names.run(program, ['extract', '--', 'true'], env);
    expect(end.tookMs).toBeLessThan(1000 + slackMs);
    expect(end.stderr).toMatch(
      /the proxy http:\/\/proxy\.internal:3128: the host name could not be looked up/,
    );
  });

  test('a configured timeout applies to the look-up of the gateway too', async () => {
    const program = await begun();
    const env = { ...gateway, DEPLOYTRACK_GATEWAY_TIMEOUT: '800ms' };
    const { tookMs, stderr } = await names.run(program, ['finish'], env);
    expect(stderr).toContain('could not be looked up within 800 ms');
    expect(tookMs).toBeLessThan(800 + slackMs);
  });

  test('health ends at its timeout while the name servers are silent', async () => {
    const program = await begun();
    const end = await names.run(program, ['health', nowhere, '--any-version', '--timeout', '2s']);
    expect(end.code).toBe(1);
    expect(end.stderr).toContain('svc.internal was not resolved within 2 s');
    expect(end.tookMs).toBeLessThan(2000 + slackMs);
  });

  test('a probed cutover delays its command by one interval at most while the name servers are silent', async () => {
    const program = await begun();
    const words = ['cutover', '--probe', nowhere, '--probe-timeout', '1s', '--', 'true'];
    const end = await names.run(program, words);
    expect([end.code, end.stderr]).toEqual([0, '']);
    expect(end.tookMs).toBeLessThan(2000 + slackMs);
  });

  test('a prober in the background delays neither start nor end of its phase while the name servers are silent', async () => {
    const program = await begun();
    const begin = await names.run(program, ['phase', 'start', 'cutover', '--probe', nowhere]);
    const end = await names.run(program, ['phase', 'end', 'cutover', '--probe-timeout', '1s']);
    expect([begin.code, end.code]).toEqual([0, 0]);
    expect(begin.tookMs).toBeLessThan(slackMs);
    expect(end.tookMs).toBeLessThan(3500 + slackMs);
  });

  test("the first finish after a boot does not look up the host's own name and needs no gateway", async () => {
    const program = await begun();
    const asked = join(program.folder, 'asked');
    const programs = join(program.folder, 'programs');
    mkdirSync(programs);
    writeFileSync(join(programs, 'hostname'), `#!/bin/sh\ntouch ${asked}\n`);
    chmodSync(join(programs, 'hostname'), 0o755);
    const end = await names.run(program, ['finish'], { PATH: `${programs}:${program.env.PATH}` });
    expect([end.code, end.stderr]).toEqual([0, '']);
    expect(end.tookMs).toBeLessThan(slackMs);
    expect(existsSync(asked)).toBe(false);
    expect(
      program.rows(
        "SELECT os_version <> '' AS os, cores > 0 AS cores, memory_bytes > 0 AS memory FROM host_facts",
      ),
    ).toEqual([{ os: 1, cores: 1, memory: 1 }]);
  });

  test.each([
    [['push', '--wait', '60s']],
    [['finish', '--wait', '60s']],
    [['health', nowhere, '--any-version', '--timeout', '60s']],
    [['doctor']],
  ])('SIGTERM ends %j immediately while the name servers are silent', async (words) => {
    const program = await begun();
    const env = { ...gateway, DEPLOYTRACK_GATEWAY_TIMEOUT: '60s' };
    const before = names.questions();
    const child = names.spawn(program, words, env);
    const ended = endOf(child);
    await eventually(() => (names.questions() > before ? true : undefined), { what: 'question' });
    const beganMs = performance.now();
    child.kill('SIGTERM');
    const end = await ended;
    expect(end.signal).toBe('SIGTERM');
    expect(performance.now() - beganMs).toBeLessThan(slackMs);
  });
});
