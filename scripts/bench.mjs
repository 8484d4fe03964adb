// bench.mjs <pairs>: runs each candidate alternating with `node -e 0`; prints medians and the median of the
// ratios.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const pairs = Number(process.argv[2] ?? 30);
const folder = mkdtempSync(join(tmpdir(), 'deploytrack-bench-'));
const program = resolve('bin/deploytrack.js');
const gateway = await startGateway();
const env = {
  ...process.env,
  DEPLOYTRACK_LEDGER: join(folder, 'deployments.db'),
  ...(gateway === null ? {} : { PUSHGATEWAY_URL: gateway.url }),
};

try {
  env.DEPLOYTRACK_ID = run(['node', program, 'start', '--deployment', 'bench', '--version', '1.0.0'])
    .stdout.toString()
    .trim();
  const mark = (word) => ['node', program, 'phase', word, 'venv_rebuild'];
  run(mark('start'));
  const rows = [
    ['phase start', () => mark('start'), () => run(mark('end'))],
    [gateway === null ? 'phase end' : 'phase end, pushed', () => mark('end'), () => run(mark('start'))],
    ['phase run -- true', () => ['node', program, 'phase', 'run', 'wrapped', '--', 'true']],
    [
      "python3 -c 'import sqlite3, urllib.request'",
      () => ['python3', '-c', 'import sqlite3, urllib.request'],
    ],
    ...(gateway === null
      ? []
      : [
          [
            'curl --data-binary to the gateway',
            () => ['curl', '-sf', '--data-binary', 'x 1\n', `${gateway.url}/metrics/job/bench`],
          ],
        ]),
  ];
  console.log(`${pairs} pairs each, Node ${process.versions.node}; the baseline is \`node -e 0\``);
  console.log(`${'command'.padEnd(46)}median ms   baseline ms  ratio`);
  for (const [name, words, before] of rows) console.log(row(name, measure(words, before)));
  console.log('\non a ledger of three deployments, without a gateway');
  for (const [name, words] of ofCommands()) console.log(row(name, measure(words)));
} finally {
  gateway?.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** The other commands of a script and the reading ones. */
function ofCommands() {
  env.DEPLOYTRACK_LEDGER = join(folder, 'small.db');
  delete env.PUSHGATEWAY_URL;
  delete env.DEPLOYTRACK_ID;
  const command = (...words) => ['node', program, ...words];
  const start = (id) => command('start', '--deployment', 'bench', '--version', '1.0.0', '--id', id);
  for (const id of ['a', 'b', 'c'])
    for (const words of [start(id), command('finish', '--id', id)]) run(words);
  const reading = ['--version', 'history', 'show', 'stats', 'doctor'].map((word) => [
    word,
    () => command(word),
  ]);
  let started = 0;
  let finished = 0;
  return [
    ...reading,
    ['start', () => start(`d${++started}`)],
    ['finish', () => command('finish', '--id', `d${++finished}`)],
  ];
}

function measure(words, before = () => {}) {
  const found = [];
  for (let pair = 0; pair <= pairs; pair += 1) {
    before();
    const ownMs = timed(words());
    const yardstickMs = timed(['node', '-e', '0']);
    if (pair > 0) found.push({ ownMs, yardstickMs, ratio: ownMs / yardstickMs }); // The first one is warm-up.
  }
  return found;
}

function timed(words) {
  const began = process.hrtime.bigint();
  run(words);
  return Number(process.hrtime.bigint() - began) / 1e6;
}

function run([command, ...args]) {
  const done = spawnSync(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  if (done.error !== undefined) throw done.error;
  return done;
}

function row(name, found) {
  const median = (key) => found.map((one) => one[key]).sort((a, b) => a - b)[Math.floor(found.length / 2)];
  return `${name.padEnd(46)}${median('ownMs').toFixed(1).padStart(9)}${median('yardstickMs').toFixed(1).padStart(14)}${median('ratio').toFixed(2).padStart(7)}`;
}

/** Starts a Pushgateway on a free loopback port; null if none is installed. */
async function startGateway() {
  if (spawnSync('prometheus-pushgateway', ['--version']).error !== undefined) return null;
  const port = await new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address();
      server.close(() => found(free));
    });
  });
  const child = spawn(
    'prometheus-pushgateway',
    [`--web.listen-address=127.0.0.1:${port}`, '--persistence.file='],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 10_000;
  while (
    Date.now() < deadline &&
    !(await fetch(`${url}/-/ready`).then(
      (answer) => answer.ok,
      () => false,
    ))
  );
  return { url, stop: () => child.kill() };
}
