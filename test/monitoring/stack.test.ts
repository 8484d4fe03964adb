import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { startStack } from '../../scripts/stack/servers.ts';
import { eventually } from '../support/eventually.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'examples/monitoring');
const text = (name: string) => readFileSync(join(folder, name), 'utf8');
const checked = (tool: string, ...words: string[]) =>
  execFileSync(tool, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

interface Service {
  readonly image?: string;
  /** The folder of a Dockerfile. */
  readonly build?: string;
  readonly command?: readonly string[];
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
  readonly depends_on?: readonly string[];
}
const compose = parse(text('compose.yml')) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
};
const services = Object.entries(compose.services);
const mounts = services.flatMap(([name, { volumes }]) =>
  volumes.map((volume) => [name, ...volume.split(':')] as [string, string, string, string?]),
);

describe('Compose file', () => {
  test('the compose file has all servers, each with a fixed version', () => {
    expect(services.map(([name]) => name)).toEqual([
      'pushgateway',
      'deploytrack',
      'prometheus',
      'alertmanager',
      'grafana',
    ]);
    for (const [, { image, build }] of services)
      expect(image ?? build).toMatch(/^(\.|[\w/]+:v?\d+\.\d+\.\d+)$/);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(text('Dockerfile')).toContain(` deploytrack@${version} `);
  });

  test('the compose file mounts existing files read-only, and declares its volumes', () => {
    const files = mounts.filter(([, from]) => from.startsWith('./'));
    expect(files.length).toBe(5);
    for (const [, from, , mode] of files) {
      expect(existsSync(join(folder, from)), from).toBe(true);
      expect(mode).toBe('ro');
    }
    const named = mounts.filter(([, from]) => !/^\.?\//.test(from)).map(([, from]) => from);
    expect(named.toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
  });

  test('the compose file starts each server with the file that is mounted for it', () => {
    const words = services.flatMap(([name, { command = [] }]) =>
      command.map((word) => [name, word] as const),
    );
    const files = words.filter(([, word]) => word.startsWith('--config.file='));
    expect(files.length).toBe(2);
    for (const [name, word] of files)
      expect(mounts.map(([owner, , to]) => `${owner} ${to}`)).toContain(`${name} ${word.split('=')[1]}`);
    expect(compose.services.prometheus?.command).toContain('--storage.tsdb.retention.time=45d');
  });

  test('the compose file exposes everything except the gateway to this machine only', () => {
    for (const [name, { ports }] of services)
      expect(ports.join(), name).toMatch(
        name === 'pushgateway' ? /^\$\{PUSHGATEWAY_ADDRESS:-127\.0\.0\.1\}:/ : /^127\.0\.0\.1:/,
      );
  });

  test('the compose file names the servers as the configurations do', () => {
    const asked = [text('prometheus.yml'), ...provisioned().map(({ text: one }) => one)].join('\n');
    const addresses = [...asked.matchAll(/\b(pushgateway|prometheus|alertmanager):(\d+)\b/g)];
    expect(addresses.length).toBeGreaterThan(4);
    for (const [, name = '', port] of addresses)
      expect(compose.services[name]?.ports.join()).toMatch(new RegExp(`:${port}$`));
  });
});

describe('Grafana', () => {
  test('Grafana is provisioned with the data source, the dashboards and the contact point', () => {
    const all = Object.fromEntries(provisioned().map(({ name, text: one }) => [name, parse(one)]));
    expect(all['datasources/prometheus.yml'].datasources[0]).toMatchObject({
      type: 'prometheus',
      isDefault: true,
    });
    const { path } = all['dashboards/deploytrack.yml'].providers[0].options;
    expect(mounts.map(([, , to]) => to)).toContain(path);
    const [{ name }] = all['alerting/contact-points.yml'].contactPoints;
    expect(all['alerting/contact-points.yml'].policies[0].receiver).toBe(name);
  });
});

describe("Checks by the servers' own tools", () => {
  test('promtool accepts the Prometheus configuration with its rules', () => {
    expect(checked('promtool', 'check', 'config', join(folder, 'prometheus.yml'))).toMatch(
      /SUCCESS: \d+ rules found/,
    );
  });

  test('amtool accepts the Alertmanager configuration', () => {
    expect(checked('amtool', 'check-config', join(folder, 'alertmanager.yml'))).toContain('1 receivers');
  });
});

test('the servers run with these files: the gateway is scraped, the rules are loaded, the Alertmanager is connected', async () => {
  const { prometheus, alertmanager, stop } = await startStack(root);
  onTestFinished(stop);
  const ask = async <Data>(path: string) => {
    const response = await fetch(`${prometheus.url}/api/v1/${path}`);
    return ((await response.json()) as { data: Data }).data;
  };
  const { groups } = await ask<{ groups: { rules: unknown[] }[] }>('rules');
  expect(groups.flatMap(({ rules }) => rules).length).toBeGreaterThan(40);
  await eventually(async () => {
    const known = await ask<{ activeAlertmanagers: { url: string }[] }>('alertmanagers');
    return known.activeAlertmanagers.some(({ url }) => url.startsWith(alertmanager.url)) || undefined;
  });
  // The first scrape comes within one interval of 15 s.
  await prometheus.until('up{job="pushgateway"}', (up) => up === 1, { deadlineMs: 30_000 });
});

/** Every file below grafana/provisioning. */
function provisioned(): { name: string; text: string }[] {
  const base = join(folder, 'grafana/provisioning');
  return readdirSync(base, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(base, name)).isFile())
    .map((name) => ({ name, text: readFileSync(join(base, name), 'utf8') }));
}
