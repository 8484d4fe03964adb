import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { newProgram } from '../support/program.ts';

vi.setConfig({ testTimeout: 30_000 });

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

test.each([
  ['1.0 beta "two"', '..'],
  ['line one\nline two', 'acme/gateway'],
  ['🚀', '../../etc/passwd'],
  ['v'.repeat(10_000), 'über dienst 🚀'],
  ['\\n"}', 'a="b",c'],
])(
  'the version %j of the deployment %j reaches the gateway, cut if necessary, without a warning',
  async (version, name) => {
    const program = newProgram({ env: { PUSHGATEWAY_URL: gateway.url, DEPLOYTRACK_INSTANCE: 'odd' } });
    const id = await program.quiet([
      'start',
      '--deployment',
      name,
      '--environment',
      name,
      '--version',
      version,
    ]);
    await program.quiet(['extract', '--id', id, '--', 'true']);
    await program.quiet(['finish', '--id', id]);
    const group = await gateway.group({ deployment: name, environment: name, instance: 'odd' });
    expect(await gateway.value('deployment_total', { deployment: name, status: 'success' })).toBe(1);
    const shown = group?.families.deployment_info?.metrics.map((metric) => metric.labels.version ?? '') ?? [];
    expect(shown).toHaveLength(1);
    expect(version.startsWith((shown[0] ?? '').replace(/…$/, '').slice(0, 4))).toBe(true);
    expect(Buffer.byteLength(shown[0] ?? '')).toBeLessThanOrEqual(255);
  },
);
