import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { commandTable } from '../../src/cli/table/commands.ts';
import { because } from '../support/because.ts';
import { startGateway } from '../support/gateway.ts';
import { nodeOf, notBrought } from '../support/nodes.ts';
import { newProgram, type Program } from '../support/program.ts';
import { loadsOf } from './loads.ts';

/** Node's modules, each with those that it brings along. */
const stream = ['stream', 'stream/promises', 'string_decoder'];
const net = [...stream, 'net'];
const childProcess = [...net, 'child_process', 'dgram'];
const crypto = [...stream, 'crypto'];
const http = [
  ...net,
  ...crypto,
  'http',
  'https',
  'http2',
  'tls',
  'zlib',
  'assert',
  'perf_hooks',
  'worker_threads',
];
/** With this bin/load.js compiles the parts, by their code cache. */
const loader = ['vm'];
/** What a push needs, on any Node. */
const sending = [...loader, ...net, 'zlib'];
const sqlite = ['better-sqlite3'];
/** With what it needs itself. */
const promClient = ['prom-client', 'tdigest', 'bintrees', '@opentelemetry/api'];
/** With what it needs itself. */
const pg = [
  'pg',
  'pg-cloudflare',
  'pg-connection-string',
  'pg-int8',
  'pg-pool',
  'pg-protocol',
  'pg-types',
  'pgpass',
  'postgres-array',
  'postgres-bytea',
  'postgres-date',
  'postgres-interval',
  'split2',
  'xtend',
];

interface Case {
  readonly command: string;
  readonly words: readonly string[];
  readonly packages: readonly string[];
  readonly builtins: readonly string[];
  /** What it says when it has begun; then it is stopped. */
  readonly until?: string;
  readonly code?: number;
}

const wrapped = ['--', 'true'];
/** What each command may load, on a small ledger without a gateway. Whatever is added here costs at every start. */
const cases: readonly Case[] = [
  { command: '--version', words: ['--version'], packages: [], builtins: [] },
  { command: '--help', words: ['--help'], packages: [], builtins: [] },
  {
    command: 'help run',
    words: ['help', 'run'],
    packages: ['commander'],
    builtins: ['process'],
  },
  { command: 'start', words: ['start', '--version', '2'], packages: sqlite, builtins: [] },
  { command: 'gate', words: ['gate'], packages: sqlite, builtins: [] },
  {
    command: 'gate freeze',
    words: ['gate', 'freeze', '--until', '4h', '--reason', 'x'],
    packages: sqlite,
    builtins: [],
  },
  { command: 'gate thaw', words: ['gate', 'thaw'], packages: sqlite, builtins: [] },
  { command: 'phase start', words: ['phase', 'start', 'x', '--id', 'd'], packages: sqlite, builtins: [] },
  { command: 'phase end', words: ['phase', 'end', 'x', '--id', 'd'], packages: sqlite, builtins: [] },
  {
    command: 'phase record',
    words: ['phase', 'record', 'y', '--duration', '1s', '--id', 'd'],
    packages: sqlite,
    builtins: [],
  },
  ...['phase run z', 'extract', 'venv-rebuild', 'migrate', 'cutover', 'smoke login'].map((words) => ({
    command: words.replace(/ (z|login)$/, ''),
    words: [...words.split(' '), '--id', 'd', ...wrapped],
    packages: sqlite,
    builtins: childProcess,
  })),
  {
    command: 'health',
    words: ['health', 'ADDRESS', '--timeout', '10s', '--any-version', '--id', 'd'],
    packages: sqlite,
    builtins: http,
  },
  {
    command: 'verify',
    words: ['verify', '--smoke', 'up=true', '--id', 'd'],
    packages: sqlite,
    builtins: childProcess,
  },
  { command: 'error-rate', words: ['error-rate', '0.1', '--id', 'd'], packages: sqlite, builtins: [] },
  { command: 'cost', words: ['cost', 'vm', '1', '--id', 'd'], packages: sqlite, builtins: [] },
  { command: 'finish', words: ['finish', '--id', 'd'], packages: sqlite, builtins: [] },
  {
    command: 'rollback',
    words: ['rollback', '--of', 'd', ...wrapped],
    packages: sqlite,
    builtins: childProcess,
  },
  { command: 'rollback start', words: ['rollback', 'start', '--of', 'd'], packages: sqlite, builtins: [] },
  { command: 'rollback end', words: ['rollback', 'end', '--of', 'd'], packages: sqlite, builtins: [] },
  { command: 'run', words: ['run', '--version', '3', ...wrapped], packages: sqlite, builtins: childProcess },
  ...['history', 'show', 'stats', 'stats --by version', 'stats --phases', 'init', 'doctor'].map((words) => ({
    command: words,
    words: words.split(' '),
    packages: sqlite,
    builtins: [],
  })),
  { command: 'stats --budget', words: ['stats', '--budget'], code: 1, packages: sqlite, builtins: [] },
  { command: 'compare', words: ['compare', 'a', 'b'], packages: sqlite, builtins: [] },
  {
    command: 'report',
    words: ['report', '--since', '7d'],
    packages: sqlite,
    builtins: [],
  },
  { command: 'push', words: ['push', '--textfile', '.'], packages: sqlite, builtins: crypto },
  {
    command: 'serve',
    words: ['serve', '--listen', '127.0.0.1:0'],
    until: '"listening"',
    packages: [...sqlite, 'hono', '@hono/node-server', ...promClient],
    builtins: [...http, ...childProcess, 'cluster', 'dns', 'process', 'v8'],
  },
  {
    command: 'rules',
    words: ['rules', '--out', 'rules'],
    packages: [...sqlite, 'yaml'],
    builtins: ['process'],
  },
  { command: 'dashboards', words: ['dashboards', '--out', 'boards'], packages: sqlite, builtins: [] },
  { command: 'prune', words: ['prune', '--keep', '400d'], packages: sqlite, builtins: [] },
  { command: 'backup', words: ['backup', 'copy.db'], packages: sqlite, builtins: [] },
  { command: 'export', words: ['export', '--out', 'all.jsonl'], packages: sqlite, builtins: [] },
  {
    command: 'import',
    words: ['import', 'all.jsonl'],
    packages: [...sqlite, 'csv-parse'],
    builtins: [...crypto, 'timers/promises'],
  },
  {
    // Its target comes through a pipe, and there is none here.
    command: 'left-prober',
    words: ['left-prober'],
    code: 1,
    packages: sqlite,
    builtins: childProcess,
  },
  ...['sync', 'fleet', 'fleet wait --version 1 --timeout 1ms'].map((words) => ({
    command: words.replace(/ --.*/, ''),
    words: [...words.split(' '), '--store', 'postgres://nobody@127.0.0.1:1/none'],
    code: 1,
    packages: [...sqlite, ...pg],
    builtins: [...net, 'dns'],
  })),
  { command: 'completion', words: ['completion', 'bash'], packages: sqlite, builtins: [] },
  { command: 'shell', words: ['shell', 'bash'], packages: sqlite, builtins: [] },
];

let program: Program;
const target = createServer((_, response) => response.end());

beforeAll(async () => {
  program = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app' } });
  for (const id of ['a', 'b', 'c']) {
    await program.quiet(['start', '--version', id, '--id', id]);
    await program.quiet(['phase', 'run', 'build', '--id', id, '--', 'true']);
    await program.quiet(['finish', '--id', id]);
  }
  await program.quiet(['start', '--version', 'd', '--id', 'd']);
  await new Promise<void>((ready) => target.listen(0, '127.0.0.1', ready));
});
afterAll(() => target.close());

test.each(cases)('$command loads no package and no module of Node that is not in its list', async (one) => {
  const address = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
  const words = one.words.map((word) => (word === 'ADDRESS' ? address : word));
  const loads = await loadsOf(program, words, one);
  expect(loads.packages.filter((name) => !one.packages.includes(name))).toEqual([]);
  const allowed = ['os', ...loader, ...one.builtins];
  expect(loads.builtins.filter((name) => !allowed.includes(name))).toEqual([]);
});

test('every command has such a list', () => {
  const listed = cases.map(({ command }) => command);
  expect(commandTable.map(({ name }) => name).filter((name) => !listed.includes(name))).toEqual([]);
});

test('what is loaded is seen: a package of a part, one that npm installs, and a module of Node', async () => {
  const { packages, builtins } = await loadsOf(program, ['rules', '--out', 'others']);
  expect(packages).toContain('better-sqlite3');
  expect(packages).toContain('yaml');
  expect(builtins).toContain('process');
});

/** On each supported Node: Node's own start is not the same, and nor is what its modules bring along. */
const nodes = [
  ['this', process.execPath],
  ['22.14.0', nodeOf('22.14.0')],
  ['26', nodeOf('26')],
] as const;

describe.each(nodes)('Marks on Node %s', (version, node) => {
  const words = (verb: string) => ['phase', verb, 'x', '--id', 'm'];

  test.skipIf(because(node === undefined, notBrought(version)))(
    'a mark that sends nothing loads no module that Node has not at its start',
    async () => {
      const own = newProgram({
        env: { DEPLOYTRACK_DEPLOYMENT: 'app' },
        ...(node === undefined ? {} : { node }),
      });
      await own.quiet(['start', '--version', '1', '--id', 'm']);
      for (const command of [words('start'), words('end'), ['--version']])
        expect((await loadsOf(own, command)).builtins).toEqual(loader);
    },
  );

  test.skipIf(because(node === undefined, notBrought(version)))(
    'a mark that sends loads what HTTP and compression need, and nothing else',
    async () => {
      const gateway = await startGateway();
      onTestFinished(() => gateway.stop());
      const env = { DEPLOYTRACK_DEPLOYMENT: 'app', PUSHGATEWAY_URL: gateway.url };
      const own = newProgram({ env, ...(node === undefined ? {} : { node }) });
      await own.quiet(['start', '--version', '1', '--id', 'm']);
      await own.quiet(words('start'));
      const { builtins } = await loadsOf(own, words('end'));
      expect(builtins.filter((name) => !sending.includes(name))).toEqual([]);
      expect(builtins).toContain('zlib');
    },
  );
});
