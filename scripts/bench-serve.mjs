// bench-serve.mjs [--seconds 20] [--deployments 100,100000] [--rounds 3]: runs `serve` under wrk while marks
// are recorded. For each size of ledger, alternating: how long the overview of the page takes, latency of /metrics, errors, the longest stop
// of the event loop, resident memory at the start, maximum and end; then the ratio of the sizes. Instead of a size, the path of a
// ledger (`scripts/million-ledger` makes one), in which the marks are made.
import './needsNode.mjs';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    deployments: { type: 'string', default: '100,100000' },
    rounds: { type: 'string', default: '3' },
  },
});
const seconds = Number(values.seconds);
const sizes = values.deployments.split(',');
const program = resolve('bin/deploytrack.js');
if (spawnSync('wrk', ['--version']).error !== undefined) {
  console.error('wrk is missing: apt-get install wrk');
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'deploytrack-bench-'));
try {
  const ledgers = sizes.map((size) => [size, /^\d+$/.test(size) ? madeLedger(Number(size)) : resolve(size)]);
  console.log(`${seconds} s each, 4 connections, a mark about every second; Node ${process.versions.node}`);
  console.log(
    'deployments  overview ms  requests   p50 ms   p99 ms  stop ms  errors  marks  MiB: start   most    end',
  );
  const p99 = new Map();
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const [size, ledger] of ledgers) {
      const found = await measured(ledger);
      p99.set(size, [...(p99.get(size) ?? []), found.p99]);
      console.log(row(size, found));
    }
  const [first, last] = [sizes[0], sizes.at(-1)].map((size) => median(p99.get(size)));
  if (sizes.length > 1)
    console.log(`p99 at ${sizes.at(-1)} is ${(last / first).toFixed(2)} times that at ${sizes[0]}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** One real deployment, and copies of its rows with other times before it. */
function madeLedger(size) {
  const path = join(folder, `${size}.db`);
  const env = { ...process.env, DEPLOYTRACK_LEDGER: path };
  const run = (...args) => {
    const { status, stdout, stderr } = spawnSync('node', [program, ...args], { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return stdout.trim();
  };
  const id = run('start', '--deployment', 'bench', '--version', '1.0.0');
  run('extract', '--id', id, '--', 'true');
  run('health', '--id', id, '--check-type', 'queue', '--', 'true');
  run('finish', '--id', id);
  const Database = createRequire(import.meta.url)('better-sqlite3');
  const database = new Database(path);
  const copy = (table, changed) => {
    const names = database
      .pragma(`table_info(${table})`)
      .map(({ name }) => name)
      .filter((name) => name !== 'id');
    const values = names.map((name) => changed[name] ?? name);
    return database.prepare(
      `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')} FROM ${table} WHERE deployment_id = @id`,
    );
  };
  const earlier = (column) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column}, '-' || @n || ' minutes')`;
  const copies = [
    copy('deployment_metrics', {
      deployment_id: "deployment_id || '-' || @n",
      version: "'1.' || @n",
      deployment_started_at: earlier('deployment_started_at'),
      deployment_completed_at: earlier('deployment_completed_at'),
    }),
    copy('deployment_stages', { deployment_id: "deployment_id || '-' || @n", run_id: "run_id || '-' || @n" }),
    copy('health_verifications', {
      deployment_id: "deployment_id || '-' || @n",
      verification_id: "verification_id || '-' || @n",
    }),
  ];
  database.transaction(() => {
    for (let n = 1; n < size; n += 1) for (const one of copies) one.run({ id, n: String(n) });
  })();
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  return path;
}

async function measured(ledger) {
  const env = { ...process.env, DEPLOYTRACK_LEDGER: ledger };
  const server = spawn('node', [program, 'serve', '--listen', '127.0.0.1:0'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = await new Promise((found) => {
    let text = '';
    server.stderr.on('data', (chunk) => {
      text = text.length < 10_000 ? text + chunk : text;
      const address = /"listening","address":"([^"]+)"/.exec(text)?.[1];
      if (address !== undefined) found(address);
    });
  });
  const resident = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) / 1024;
  await fetch(`${url}/metrics`);
  const overview = await overviewMs(url);
  const memory = [resident()];
  const looking = setInterval(() => memory.push(resident()), 1000);
  let marks = 0;
  let isMarking = true;
  const marking = (async () => {
    while (isMarking) {
      const ended = await endOf(
        spawn('node', [program, 'run', '--deployment', 'bench', '--version', '2.0.0', '--', 'true'], {
          env,
          stdio: 'ignore',
        }),
      );
      if (ended !== 0) throw new Error(`a mark ended with ${ended}`);
      marks += 1;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  })();
  const wrk = spawn('wrk', ['-t1', '-c4', `-d${seconds}s`, '--latency', `${url}/metrics`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  wrk.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await endOf(wrk);
  isMarking = false;
  await marking;
  clearInterval(looking);
  const end = resident();
  const own = await (await fetch(`${url}/metrics`)).text();
  server.kill('SIGTERM');
  const code = await endOf(server);
  if (code !== 0) throw new Error(`serve ended with ${code}`);
  const percentile = (name) => milliseconds(new RegExp(`^ +${name}% +(\\S+)$`, 'm').exec(said)[1]);
  const errors = [...said.matchAll(/(?:Non-2xx or 3xx responses|connect|read|write|timeout):? (\d+)/g)];
  return {
    overview,
    stop: 1000 * Number(/^deploytrack_serve_longest_stop_seconds (\S+)$/m.exec(own)[1]),
    requests: Number(/(\d+) requests in/.exec(said)[1]),
    p50: percentile('50'),
    p99: percentile('99'),
    errors: errors.reduce((sum, [, count]) => sum + Number(count), 0),
    marks,
    memory: [memory[0], Math.max(...memory), end],
  };
}

/** The median of five, as the page asks for it at first. */
async function overviewMs(url) {
  const found = [];
  for (let n = 0; n < 5; n += 1) {
    const began = performance.now();
    await (await fetch(`${url}/api/overview`)).arrayBuffer();
    found.push(performance.now() - began);
  }
  return median(found);
}

function endOf(child) {
  return new Promise((resolve) => child.once('exit', resolve));
}

function milliseconds(text) {
  const [, figure, unit] = /^([\d.]+)(us|ms|s)$/.exec(text);
  return Number(figure) * { us: 0.001, ms: 1, s: 1000 }[unit];
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

function row(size, { overview, requests, p50, p99, stop, errors, marks, memory }) {
  const figures = [
    basename(size),
    overview.toFixed(1),
    requests,
    p50.toFixed(2),
    p99.toFixed(2),
    stop.toFixed(0),
    errors,
    marks,
    ...memory.map((one) => one.toFixed(0)),
  ];
  return figures
    .map((figure, index) => String(figure).padStart([11, 12, 9, 8, 8, 8, 7, 6, 11, 6, 6][index]))
    .join(' ');
}
