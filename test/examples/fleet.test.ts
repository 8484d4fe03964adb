import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { root } from '../readme/document.ts';
import { because } from '../support/because.ts';

const folder = join(root, 'examples/fleet');
const text = (name: string) => readFileSync(join(folder, name), 'utf8');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.(yml|env)$/.test(name),
);
const composeFiles = files.filter((name) => name.startsWith('compose'));

interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, null>>;
}
const compose = (name: string) => parse(text(name), { merge: true }) as Compose;
const single = compose('compose.yml');
const gateways = Object.keys(single.services).filter((name) => name.startsWith('pushgateway'));

interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly resources?: { readonly requests?: object; readonly limits?: { readonly memory?: string } };
}
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: Readonly<Record<string, string>>;
    readonly template?: { readonly spec: { readonly containers: readonly Container[] } };
  };
}
const manifests = parseAllDocuments(text('kubernetes.yml')).map((one) => one.toJS() as Manifest);
const containers = manifests.flatMap(({ spec }) => spec?.template?.spec.containers ?? []);
const images = new Set(
  composeFiles.flatMap((name) => Object.values(compose(name).services).flatMap(({ image }) => image ?? [])),
);

/** Whether this machine has the program. */
const has = (program: string, ...words: string[]) => spawnSync(program, words).error === undefined;

describe('Compose files of a fleet', () => {
  test('every image of a fleet has a fixed version, the same in compose and Kubernetes', () => {
    expect(images.size).toBe(10);
    for (const image of images) expect(image).toMatch(/^[\w/-]+:v?\d+\.\d+\.\d+(-cluster)?$/);
    for (const { image } of containers) expect([...images]).toContain(image);
  });

  test('each gateway has an agent that scrapes it alone, under the name that the compose file gives it', () => {
    expect(gateways.length).toBe(3);
    gateways.forEach((gateway, index) => {
      const agent = `agent-${index + 1}`;
      const [mount = ''] = single.services[agent]?.volumes ?? [];
      const configuration = parse(readFileSync(join(folder, mount.split(':')[0] ?? ''), 'utf8'));
      expect(configuration.scrape_configs).toMatchObject([
        { honor_labels: true, static_configs: [{ targets: [`${gateway}:9091`] }] },
      ]);
      const { host } = new URL(configuration.remote_write[0].url);
      expect(single.services['victoria-metrics']?.ports).toEqual([
        `127.0.0.1:${host.split(':')[1]}:${host.split(':')[1]}`,
      ]);
      expect(compose('compose.vmagent.yml').services[agent]?.environment).toEqual({
        GATEWAY: `${gateway}:9091`,
        GATEWAY_NAME: gateway,
      });
    });
  });

  test.each(composeFiles)('%s mounts existing files read-only, and declares its volumes', (name) => {
    const { services, volumes = {} } = compose(name);
    const mounts = Object.values(services).flatMap((one) => one.volumes ?? []);
    for (const [from = '', , mode] of mounts.map((mount) => mount.split(':'))) {
      if (!/^\.\.?\//.test(from)) expect(Object.keys(volumes)).toContain(from);
      else expect([existsSync(join(folder, from)), mode]).toEqual([true, 'ro']);
    }
    expect(mounts.length).toBeGreaterThan(1);
  });

  test('the cluster is written to and asked at the addresses of its own services', () => {
    const environment = Object.fromEntries(
      [...text('cluster.env').matchAll(/^(\w+)=(.*)$/gm)].map(([, ...pair]) => pair),
    );
    const services = compose('compose.cluster.yml').services;
    for (const name of ['WRITE_URL', 'QUERY_URL'])
      expect(Object.keys(services)).toContain(new URL(String(environment[name])).hostname);
    for (const name of String(environment.COMPOSE_FILE).split(':')) expect(composeFiles).toContain(name);
  });

  test('only the gateways can be opened to other machines', () => {
    const open = composeFiles.flatMap((name) =>
      Object.entries(compose(name).services).filter(([, { ports = [] }]) =>
        ports.some((port) => !port.startsWith('127.0.0.1:')),
      ),
    );
    expect(open.map(([name]) => name)).toEqual(gateways);
  });
});

describe('Manifests for Kubernetes of a fleet', () => {
  test('every manifest has a kind, a name and the namespace', () => {
    expect(manifests.length).toBe(9);
    for (const { kind, metadata } of manifests)
      expect([kind, metadata.name, metadata.namespace]).toEqual([
        expect.stringMatching(/^[A-Z]/),
        expect.stringMatching(/^[a-z]/),
        'deploytrack',
      ]);
  });

  test('every container has requests and a limit of memory', () => {
    expect(containers.length).toBe(4);
    for (const { name, resources } of containers)
      expect([name, resources?.requests, resources?.limits?.memory]).toEqual([
        name,
        expect.anything(),
        expect.stringMatching(/^\d+[MG]i$/),
      ]);
  });

  test('each gateway has an address of its own', () => {
    const gateway = manifests.find(
      ({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'pushgateway',
    );
    const own = manifests.flatMap(({ kind, spec }) =>
      kind === 'Service' ? (spec?.selector?.['statefulset.kubernetes.io/pod-name'] ?? []) : [],
    );
    expect(own).toEqual(Array.from({ length: gateway?.spec?.replicas ?? 0 }, (_, n) => `pushgateway-${n}`));
  });

  test('vmagent has the same configuration in Kubernetes as in compose', () => {
    const [{ data } = {}] = manifests.filter(({ kind }) => kind === 'ConfigMap');
    expect(parse(data?.['vmagent.yml'] ?? '')).toEqual(parse(text('agents/vmagent.yml')));
  });
});

test('recorded series get no label that the rules do not expect', () => {
  const vmalert = containers.find(({ name }) => name === 'vmalert');
  for (const words of [vmalert?.args, single.services.vmalert?.command])
    expect(words).toContain('-disableAlertgroupLabel');
});

test('the dashboards find their data source', () => {
  const sources = parse(text('grafana/datasources.yml')).datasources as readonly { uid: string }[];
  const usual = parse(
    readFileSync(join(root, 'examples/monitoring/grafana/provisioning/datasources/prometheus.yml'), 'utf8'),
  ).datasources as readonly { uid: string }[];
  expect(sources.map(({ uid }) => uid)).toEqual(usual.map(({ uid }) => uid));
});

test.each(files)('%s contains no secret', (name) => {
  const secrets =
    text(name).match(/\w*(password|token|secret)\w*["']?[:=](?!\?)\s*(?!\$\{\w+:\?)\S+/gi) ?? [];
  expect(secrets).toEqual([]);
});

describe("Checks of a fleet's files by the servers' own tools", () => {
  test.skipIf(because(!has('promtool', '--version'), 'no promtool'))(
    'promtool accepts the configuration of each agent',
    () => {
      for (const name of files.filter((one) => one.startsWith('agents/pushgateway'))) {
        const end = spawnSync('promtool', ['check', 'config', '--agent', join(folder, name)], {
          encoding: 'utf8',
        });
        expect([end.status, end.stdout]).toEqual([0, expect.stringContaining('SUCCESS')]);
      }
    },
  );

  test.skipIf(because(!has('vmagent', '-version'), 'no victoria-metrics'))(
    'vmagent accepts its configuration, and vmalert the rules as shipped',
    () => {
      const env = { ...process.env, GATEWAY: 'pushgateway-1:9091', GATEWAY_NAME: 'pushgateway-1' };
      const dry = (program: string, ...words: string[]) =>
        spawnSync(program, ['-dryRun', ...words], { encoding: 'utf8', env });
      const agent = dry(
        'vmagent',
        `-promscrape.config=${join(folder, 'agents/vmagent.yml')}`,
        '-remoteWrite.url=http://store/',
      );
      const rules = join(root, 'examples/monitoring/rules/*.yml');
      const alert = dry('vmalert', `-rule=${rules}`, '-datasource.url=http://store/');
      expect([agent.status, alert.status], `${agent.stderr}${alert.stderr}`).toEqual([0, 0]);
    },
  );
});
