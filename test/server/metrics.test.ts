import { spawnSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { newProgram, type Program } from '../support/program.ts';
import { serve } from '../support/serve.ts';

/** Reports about names that dashboards already use (docs/metrics.md), and about prom-client's own. */
const knownFindings = [
  'api_health_check_latency_ms metric names should not contain abbreviated units',
  'deployment_cpu_usage_seconds counter metrics should have "_total" suffix',
  'deployment_rollback_count counter metrics should have "_total" suffix',
  'deployment_rollback_count non-histogram and non-summary metrics should not have "_count" suffix',
  ...['handles', 'requests', 'resources'].map(
    (what) => `nodejs_active_${what}_total non-counter metrics should not have "_total" suffix`,
  ),
];

const parser = `
import sys
from prometheus_client.parser import text_string_to_metric_families
families = list(text_string_to_metric_families(sys.stdin.read()))
names = [family.name for family in families]
assert len(names) == len(set(names)), 'a family stands twice'
series = [(s.name, tuple(sorted(s.labels.items()))) for family in families for s in family.samples]
assert len(series) == len(set(series)), 'a series stands twice'
print(len(series))
`;

async function deployment(program: Program, name: string, environment = 'production'): Promise<void> {
  const id = await program.quiet([
    'start',
    '--deployment',
    name,
    '--environment',
    environment,
    '--version',
    '1.2.3',
  ]);
  await program.quiet(['extract', '--id', id, '--', 'true']);
  await program.quiet(['finish', '--id', id]);
}

async function metrics(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/metrics`, { headers });
  return { type: response.headers.get('content-type'), status: response.status, text: await response.text() };
}

/** Samples as sorted lines with sorted labels, without those of the server itself. */
function samples(text: string): string[] {
  const own = /^(#|$|nodejs_|process_|deploytrack_serve_)/;
  return text
    .split('\n')
    .filter((line) => !own.test(line))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (.*)$/.exec(line) ?? [];
      return `${name} ${(labels.match(/\w+="(?:[^"\\]|\\.)*"/g) ?? []).sort().join()} ${value}`;
    })
    .sort();
}

/** The bodies that `push` would send, each sample with the labels of its group. */
async function pushed(program: Program): Promise<string[]> {
  const { stdout, stderr } = await program.run(['push', '--dry-run']);
  const paths = [...stderr.matchAll(/PUT \/metrics\/(.*)$/gm)].map(([, path = '']) => path.split('/'));
  const bodies = stdout.split(/(?=# HELP deployment_total )/);
  expect(bodies.length).toBe(paths.length);
  return bodies.flatMap((body, index) => {
    const path = paths[index] ?? [];
    const labels = path.flatMap((name, at) => (at % 2 === 0 ? [`${name}="${path[at + 1]}"`] : []));
    const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return lines.map((line) =>
      line.replace(
        /^(\w+)(?:\{(.*)\})? /,
        (_, name, own) => `${name}{${[own, ...labels].filter(Boolean).join()}} `,
      ),
    );
  });
}

describe('/metrics', () => {
  test('/metrics has exactly the samples that would be pushed for every group, with their labels', async () => {
    const program = newProgram();
    await deployment(program, 'gateway');
    await deployment(program, 'gateway', 'staging');
    await deployment(program, 'shop');
    const { url } = await serve({ program });
    const expected = samples((await pushed(program)).join('\n'));
    expect(samples((await metrics(url)).text)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(600);
    await deployment(program, 'shop');
    const after = samples((await metrics(url)).text);
    expect(after).toEqual(samples((await pushed(program)).join('\n')));
    expect(after).not.toEqual(expected);
  });

  test('/metrics is text 0.0.4 whatever the client accepts, and compressed only for clients that accept it', async () => {
    const { url } = await serve();
    const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
    const plain = await metrics(url, { accept, 'accept-encoding': 'gzip;q=0, br' });
    expect(plain).toMatchObject({ type: 'text/plain; version=0.0.4; charset=utf-8', status: 200 });
    expect(plain.text).toContain('\nprocess_cpu_seconds_total ');
    const packed = spawnSync('curl', [
      '-s',
      '-D-',
      '-H',
      'Accept-Encoding: deflate, gzip',
      `${url}/metrics`,
    ]).stdout;
    const split = packed.indexOf('\r\n\r\n');
    expect(packed.subarray(0, split).toString()).toMatch(/^Content-Encoding: gzip\r?$/m);
    expect(gunzipSync(packed.subarray(split + 4)).toString()).toContain(
      '# TYPE process_cpu_seconds_total counter',
    );
  });

  test('/metrics counts its own requests by route and never by URL', async () => {
    const { url } = await serve();
    await fetch(`${url}/secret-${Math.random()}`);
    const { text } = await metrics(url);
    expect(text).toContain('deploytrack_serve_requests_total{route="none",method="GET",status="404"} 1\n');
    expect(text).not.toContain('secret');
    expect(text).toMatch(/^deploytrack_serve_longest_stop_seconds 0\.\d+$/m);
  });

  test('promtool and a parser in another language accept /metrics while eight processes record marks', {
    timeout: 120_000,
  }, async () => {
    const program = newProgram();
    const { url } = await serve({ program });
    let writing = 8;
    const writers = Promise.all(
      Array.from({ length: 8 }, async (_, number) => {
        for (let round = 0; round < 3; round += 1) await deployment(program, `app-${number}`);
        writing -= 1;
      }),
    );
    const texts: string[] = [];
    while (writing > 0) texts.push((await metrics(url)).text);
    await writers;
    texts.push((await metrics(url)).text);
    const chosen = texts.filter(
      (_, index) => index % Math.ceil(texts.length / 15) === 0 || index === texts.length - 1,
    );
    const findings = new Set<string>();
    for (const input of chosen) {
      const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
      for (const line of `${stdout}${stderr}`.split('\n')) if (line !== '') findings.add(line);
      const parsed = spawnSync('/usr/bin/python3', ['-c', parser], { input, encoding: 'utf8' });
      expect([parsed.status, parsed.stderr]).toEqual([0, '']);
    }
    expect([...findings].filter((line) => !knownFindings.includes(line))).toEqual([]);
    const last = texts.at(-1) ?? '';
    const totals = last.match(/^deployment_total\{status="success".*\} 3$/gm) ?? [];
    expect(totals.length).toBe(8);
    expect(chosen.length).toBeGreaterThan(5);
  });
});
