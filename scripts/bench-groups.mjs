// What a Pushgateway itself needs for one PUT and for /metrics, by the number of groups that it holds. The body is that of
// a usual group. Ratios to the smallest number stand beside the times.
// node scripts/bench-groups.mjs [<groups>…]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const sizes = process.argv.slice(2).map(Number);
if (sizes.length === 0) sizes.push(10, 100, 300, 1000);
const folder = mkdtempSync(join(tmpdir(), 'bench-groups-'));
const port = await freePort();
const address = `http://127.0.0.1:${port}`;
const gateway = spawn(
  'prometheus-pushgateway',
  [`--web.listen-address=127.0.0.1:${port}`, '--persistence.file='],
  { stdio: 'ignore' },
);
try {
  await ready();
  const body = bodyOfGroup();
  let [held, first] = [0, null];
  for (const size of sizes.sort((left, right) => left - right)) {
    for (; held < size; held += 1) await put(`app-${held}`, body);
    const figures = { put: await quickest(() => put('app-0', body)), get: await quickest(read) };
    first ??= figures;
    const one = (name) =>
      `${figures[name].toFixed(1)} ms (${(figures[name] / first[name]).toFixed(1)} times)`;
    const megabytes = ((await read()) / 1e6).toFixed(1);
    console.log(`${size} groups: PUT ${one('put')}, /metrics ${one('get')}, ${megabytes} MB`);
  }
} finally {
  gateway.kill();
  rmSync(folder, { recursive: true, force: true });
}

/** The text that deploytrack pushes after one deployment. */
function bodyOfGroup() {
  const env = { ...process.env, DEPLOYTRACK_LEDGER: join(folder, 'ledger.db'), DEPLOYTRACK_VERSION: '1' };
  for (const name of ['PUSHGATEWAY_URL', 'DEPLOYTRACK_GATEWAY', 'DEPLOYTRACK_ID']) delete env[name];
  const program = (...words) =>
    execFileSync(process.execPath, ['bin/deploytrack.js', ...words], { env, encoding: 'utf8' });
  program('run', '--deployment', 'app', '--', 'true');
  return program('push', '--dry-run', '--gateway', address);
}

async function put(deployment, body) {
  const path = `/metrics/job/deploytrack/instance/host/deployment/${deployment}/environment/production`;
  const answer = await fetch(address + path, { method: 'PUT', body });
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

/** Bytes of /metrics. */
async function read() {
  return (await (await fetch(`${address}/metrics`)).arrayBuffer()).byteLength;
}

/** Milliseconds of the quickest of five. */
async function quickest(work) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    const begin = performance.now();
    await work();
    best = Math.min(best, performance.now() - begin);
  }
  return best;
}

async function ready() {
  for (let tries = 0; tries < 200; tries += 1) {
    const isReady = await fetch(`${address}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the gateway does not start');
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const found = server.address().port;
      server.close(() => resolve(found));
    });
  });
}
