import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processContext } from '../../src/context.ts';
import { groupLabels } from '../../src/metrics/exposition.ts';
import { groupPath } from '../../src/push/gateway/gatewayAddress.ts';
import { put, readGroup, remove } from '../../src/push/gateway/pushgateway.ts';
import { eventually } from '../support/eventually.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

const key = { instance: 'host-a', deployment: 'gateway', environment: 'production' };
const text = '# TYPE deployment_warning_total counter\ndeployment_warning_total 1\n';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

test('plain values are used unchanged, with the instance in lower case', () => {
  expect(groupPath({ ...key, instance: 'VM-QZUM-VM1', deployment: 'api_2~x.y' })).toBe(
    '/metrics/job/deploytrack/instance/vm-qzum-vm1/deployment/api_2~x.y/environment/production',
  );
});

test.each(['a/b', '.', '..', '.hidden', 'Zürich', 'a b', 'a+b', '100%', 'a@b', '"', '\\', '🚀'])(
  '%j is encoded as base64url',
  (deployment) => {
    const encoded = Buffer.from(deployment).toString('base64url');
    expect(groupPath({ ...key, deployment })).toContain(`/deployment@base64/${encoded}/environment/`);
    expect(encoded).toMatch(/^[A-Za-z0-9_-]+$/);
  },
);

test.each([
  ['', 'is empty'],
  ['a\ud800', 'is not well-formed text'],
  ['a\nb', 'has control characters'],
  ['\u0000', 'has control characters'],
  ['\u0085', 'has control characters'],
  ['x'.repeat(256), 'is longer than 255 bytes'],
  ['é'.repeat(128), 'is longer than 255 bytes'],
])('%j is rejected before any request', (environment, why) => {
  expect(() => groupPath({ ...key, environment })).toThrow(why);
});

test('an invalid key never reaches the gateway', async () => {
  const call = { key: { ...key, deployment: '\udfff' }, timeoutMs: 5000 };
  const target = { url: gateway.url, credentials: { headers: {}, caPem: null }, context: processContext() };
  await expect(put(target, { ...call, text })).rejects.toMatchObject({ code: 'SETTING' });
  await expect(remove(target, call)).rejects.toMatchObject({ code: 'SETTING' });
  expect(await gateway.group({ environment: 'production' })).toBeUndefined();
});

test('every accepted key is accepted by the gateway and read back with the same labels', {
  timeout: 60_000,
}, async () => {
  const target = { url: gateway.url, credentials: { headers: {}, caPem: null }, context: processContext() };
  const awkward = fc.string({
    unit: fc.constantFrom('/', '.', '%', '+', ' ', '"', '\\', '@', '=', 'ß', 'İ', '🚀', 'Ａ', 'a'),
    maxLength: 12,
  });
  const value = fc.oneof(
    awkward,
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 90 }),
  );
  const anyKey = fc.record({ instance: value, deployment: value, environment: value });
  const accepted = anyKey.filter((candidate) => isAccepted(candidate));
  await fc.assert(
    fc.asyncProperty(accepted, async (candidate) => {
      const call = { key: candidate, timeoutMs: 10_000 };
      expect(await put(target, { ...call, text })).toEqual({ outcome: 'delivered', status: 200 });
      expect((await gateway.groups()).map((group) => group.labels)).toEqual([
        Object.fromEntries(groupLabels(candidate)),
      ]);
      expect(await readGroup(target, call)).toMatchObject({
        outcome: 'read',
        group: { exists: true, totals: [{ value: 1 }] },
      });
      expect(await remove(target, call)).toEqual({ outcome: 'delivered', status: 202 });
      // 202 means accepted; it is done a moment later.
      await eventually(async () => ((await gateway.groups()).length === 0 ? true : undefined), {
        everyMs: 2,
      });
    }),
    { numRuns: 150 },
  );
});

function isAccepted(candidate: typeof key): boolean {
  try {
    groupPath(candidate);
    return true;
  } catch {
    return false;
  }
}
