import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startAlertmanager } from '../support/alertmanager.ts';
import { eventually } from '../support/eventually.ts';
import { type GateWorld, gateWorld, rulesIn } from './gateWorld.ts';

let answer: RequestListener = () => {};
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(decodeURIComponent(request.url ?? ''));
  answer(request, response);
});
let url: string;

beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const json =
  (of: (path: string) => unknown): RequestListener =>
  (request, response) =>
    void response.end(JSON.stringify(of(request.url ?? '')));

/** The figures and the alerts of a Prometheus server. */
const prometheus = (figures: Readonly<Record<string, string>>, alerts: readonly unknown[] = []) =>
  json((path) => ({
    status: 'success',
    data: path.includes('/alerts')
      ? { alerts }
      : {
          resultType: 'vector',
          result: Object.entries(figures).map(([figure, value]) => ({
            metric: { figure },
            value: [1, value],
          })),
        },
  }));

/** A ledger in which everything is frozen by rows. */
function brokenHost(): GateWorld {
  const world = gateWorld();
  for (const version of ['1', '2', '3']) world.deploy(version, { code: 1, migrate: 1 });
  return world;
}

const good = { series: '2', used: '0', all: '30.01', hour: '3', hour_good: '3', migrations: '0' };

describe('gate --prometheus', () => {
  test('the counters of the fleet are judged instead of the rows, for the names that were asked for', async () => {
    const world = brokenHost();
    answer = prometheus(good);
    const open = await world.gate({ prometheus: url, deployment: 'a"}b' });
    expect([open.verdict, open.reason]).toEqual([
      'go',
      'error budget: 0 of 1 failed deployment used in the last 30 days on all hosts; 3 of 3 deployments succeeded in the last hour',
    ]);
    expect(asked.join('\n')).toContain(
      'sum(increase(deployment_total{deployment="a\\"}b",environment="production",status="success"}[1h]))',
    );
    answer = prometheus({ ...good, used: '1.006', hour_good: '1.02', migrations: '2.001' });
    const closed = await world.gate({ prometheus: url, freeze: ['Tue UTC'] });
    expect(rulesIn(closed)).toEqual(['window', 'error_budget', 'success_rate', 'migration']);
    expect(closed.ends_at).toBeNull();
    answer = prometheus({ ...good, used: '3', all: '9' });
    expect((await world.gate({ prometheus: url })).verdict).toBe('go');
    for (const used of ['NaN', '-1', '+Inf']) {
      answer = prometheus({ ...good, used });
      expect((await world.gate({ prometheus: url })).verdict).toBe('error');
    }
    answer = prometheus({});
    expect((await world.gate({ prometheus: url })).reason).toBe(
      `the Prometheus ${url} has no deployments of shop/production`,
    );
  });

  test('an alert of ours freezes if it fires for this deployment, and others do not', async () => {
    const world = gateWorld();
    const labels = { alertname: 'DeploymentNotHealthy', deployment: 'shop', environment: 'production' };
    const firing = { labels, state: 'firing', activeAt: '2026-03-10T11:00:00Z' };
    const verdict = async (alert: object, options = {}) => {
      answer = prometheus(good, [alert]);
      return (await world.gate({ prometheus: url, ...options })).reason.replace(/^error budget.*/, 'go');
    };
    expect(await verdict(firing)).toBe('the alert DeploymentNotHealthy fires since 2026-03-10T11:00:00.000Z');
    expect(await verdict({ ...firing, state: 'pending' })).toBe('go');
    expect(await verdict({ ...firing, labels: { ...labels, deployment: 'other' } })).toBe('go');
    expect(await verdict({ ...firing, labels: { ...labels, environment: 'staging' } })).toBe('go');
    expect(await verdict({ ...firing, labels: { ...labels, alertname: 'ErrorBudgetExhausted' } })).toBe('go');
    expect(await verdict({ ...firing, labels: { ...labels, drill: 'true' } })).toBe('go');
    expect(await verdict({ ...firing, labels: { alertname: 'PushgatewayDown' } })).toContain(
      'PushgatewayDown',
    );
    expect(await verdict(firing, { alerts: 'off' })).toBe('go');
    expect(await verdict(firing, { alerts: 'CheckoutDown' })).toBe('go');
    const high = {
      ...firing,
      labels: { ...labels, alertname: 'ErrorBudgetExhausted' },
      activeAt: 'x\u001b[2J',
    };
    expect(await verdict(high, { alerts: 'high' })).toBe('the alert ErrorBudgetExhausted fires');
    await expect(world.gate({ prometheus: url, alerts: 'a b' })).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('any answer is judged or cannot be read, and never opens the gate by mistake', {
    timeout: 60_000,
  }, async () => {
    const world = gateWorld();
    const value = fc.oneof(fc.constantFrom('NaN', '-1', '+Inf', '1e999', '0x10', '', '5'), fc.jsonValue());
    const vector = fc.record({
      status: fc.constant('success'),
      data: fc.record({
        resultType: fc.constantFrom('vector', 'matrix'),
        result: fc.oneof(
          fc.array(
            fc.record({
              metric: fc.record({ figure: fc.constantFrom('series', 'used', 'all', '__proto__') }),
              value: fc.tuple(fc.constant(1), value),
            }),
          ),
          fc.jsonValue(),
        ),
        alerts: fc.constant([]),
      }),
    });
    const body = fc.oneof(
      vector.map((some) => JSON.stringify(some)),
      fc.json(),
      fc.string(),
      fc.constant('['.repeat(100_000)),
    );
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom(200, 200, 302, 500), async (text, status) => {
        answer = (_, response) => void response.writeHead(status, { location: url }).end(text);
        const { verdict, reason, unread } = await world.gate({ prometheus: url });
        if (verdict === 'go') expect(reason).toMatch(/no deployments of|error budget: [\d.]+ of 1/);
        else
          expect([verdict, unread.length > 0]).toEqual([
            expect.stringMatching(/^(frozen|error)$/),
            verdict === 'error',
          ]);
      }),
      { numRuns: 60 },
    );
  });

  test('a body without end closes the gate within its limit of bytes, and so does a server that is gone', async () => {
    const world = gateWorld();
    let sent = 0;
    answer = (_, response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) sent += 65_536;
      };
      response.on('drain', more);
      more();
    };
    expect(await world.gate({ prometheus: url })).toMatchObject({ verdict: 'error', go: false });
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    const gone = await world.gate({ prometheus: 'http://user:geheim1234@127.0.0.1:9' });
    expect(gone.unread[0]?.problem).toMatch(/^cannot read the Prometheus http:\/\/127\.0\.0\.1:9: /);
    expect(JSON.stringify(gone)).not.toContain('geheim1234');
    const rows = JSON.stringify(world.rows('SELECT * FROM gate_decisions'));
    expect(rows).not.toContain('geheim1234');
    await expect(world.gate({ prometheus: 'ftp://x' })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

test('an alert that a real Alertmanager has freezes until it is silenced, and is asked for there alone', async () => {
  const configuration = { route: { receiver: 'none' }, receivers: [{ name: 'none' }] };
  const alertmanager = await startAlertmanager(JSON.stringify(configuration));
  onTestFinished(() => alertmanager.stop());
  const post = async (path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${alertmanager.url}/api/v2/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
  };
  const labels = { alertname: 'HighErrorRatePostDeploy', deployment: 'shop', environment: 'production' };
  await post('alerts', [{ labels }]);
  const world = gateWorld();
  const verdict = async () => (await world.gate({ alertmanager: alertmanager.url })).verdict;
  await eventually(async () => ((await verdict()) === 'frozen' ? true : undefined), { what: 'frozen gate' });
  const now = Date.now();
  await post('silences', {
    matchers: [{ name: 'alertname', value: labels.alertname, isRegex: false, isEqual: true }],
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + 60_000).toISOString(),
    createdBy: 'ada',
    comment: 'known',
  });
  await eventually(async () => ((await verdict()) === 'go' ? true : undefined), { what: 'open gate' });
  answer = json(() => ({}));
  expect(await world.gate({ alertmanager: url })).toMatchObject({
    verdict: 'error',
    unread: [{ source: 'alertmanager' }],
  });
});
