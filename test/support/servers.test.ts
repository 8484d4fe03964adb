import { expect, test } from 'vitest';
import { startGateway } from './gateway.ts';
import { startPrometheus } from './prometheus.ts';

test('a pushed value can be queried from the gateway and from a Prometheus that scrapes it', {
  timeout: 60_000,
}, async () => {
  const gateway = await startGateway();
  try {
    const body = '# TYPE a_total counter\na_total{x="1"} 5\n';
    await fetch(`${gateway.url}/metrics/job/j/instance/i`, { method: 'PUT', body });
    expect(await gateway.value('a_total', { instance: 'i' })).toBe(5);
    expect((await gateway.group({ instance: 'i' }))?.families.a_total?.type).toBe('counter');
    expect(await gateway.text()).toContain('a_total{instance="i",job="j",x="1"} 5');
    const prometheus = await startPrometheus({ gatewayUrl: gateway.url });
    try {
      expect(await prometheus.until('a_total', (value) => value === 5)).toBe(5);
      const at = await prometheus.newestSampleSeconds('a_total');
      expect(await prometheus.value('a_total', at)).toBe(5);
      expect(await prometheus.query('a_total')).toMatchObject([{ labels: { instance: 'i', job: 'j' } }]);
      await expect(prometheus.query('a_total{')).rejects.toThrow('parse error');
    } finally {
      await prometheus.stop();
    }
  } finally {
    await gateway.stop();
  }
});
