// walks.mjs [--json] [--files]: how many files of the sources a command goes through: those with at least one function that ran,
// and those in the parts that were loaded. Counted by V8 in a build of its own that keeps the names of the sources.
import './needsNode.mjs';
import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const { writeProgram } = await import('./parts.mjs');
const secret = 'of the walks';
const folder = mkdtempSync(join(tmpdir(), 'deploytrack-walks-'));
const gateway = createServer((request, response) => request.resume().on('end', () => response.end()));
await new Promise((ready) => gateway.listen(0, '127.0.0.1', ready));
const pushes = { PUSHGATEWAY_URL: `http://127.0.0.1:${gateway.address().port}` };
try {
  await install();
  await walk(['start', '--version', '1', '--id', 'd'], pushes);
  const walks = {
    'phase end, with a gateway': await phaseEnd(),
    'migrate -- true, with a gateway': await walk(['migrate', '--id', 'd', '--', 'true'], pushes),
    'finish, with a gateway': await walk(['finish', '--id', 'd'], pushes),
    stats: await walk(['stats']),
    'serve and one webhook': await serve(),
  };
  print(walks);
} finally {
  gateway.close();
  rmSync(folder, { recursive: true, force: true });
}

async function install() {
  await writeProgram(folder, { minify: false });
  for (const name of ['bin/deploytrack.js', 'bin/load.js', 'package.json', 'dist/page.html'])
    cpSync(name, join(folder, name));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
}

function environment(more) {
  return {
    PATH: process.env.PATH,
    HOME: folder,
    DEPLOYTRACK_SETTINGS_ROOT: folder,
    DEPLOYTRACK_LEDGER: join(folder, 'deployments.db'),
    DEPLOYTRACK_DEPLOYMENT: 'app',
    DEPLOYTRACK_WEBHOOK_GENERIC_SECRET: secret,
    WALK: join(folder, 'walk.json'),
    ...more,
  };
}

function words() {
  return ['-r', join(root, 'scripts/walks/hook.cjs'), join(folder, 'bin/deploytrack.js')];
}

async function walk(command, more = {}) {
  const options = { cwd: folder, env: environment(more) };
  const { stderr } = await promisify(execFile)(process.execPath, [...words(), ...command], options);
  if (stderr !== '') throw new Error(`${command.join(' ')}: ${stderr}`);
  return JSON.parse(readFileSync(join(folder, 'walk.json'), 'utf8'));
}

async function phaseEnd() {
  await walk(['phase', 'start', 'build', '--id', 'd'], pushes);
  return walk(['phase', 'end', 'build', '--id', 'd'], pushes);
}

/** Until it has taken one event in. */
async function serve() {
  const child = spawn(process.execPath, [...words(), 'serve', '--listen', '127.0.0.1:0'], {
    cwd: folder,
    env: environment({}),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let log = '';
  const address = await new Promise((resolve, reject) => {
    child.stderr.on('data', (bytes) => {
      log += bytes;
      const [, found] = /"address":"([^"]+)"/.exec(log) ?? [];
      if (found !== undefined) resolve(found);
    });
    ended.then(() => reject(new Error(`serve ended: ${log}`)));
  });
  const body = JSON.stringify({
    event_id: 'e',
    at: new Date().toISOString(),
    id: 'e',
    status: 'success',
    deployment: 'gateway',
    version: '1',
  });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const { ok, status } = await fetch(`${address}/webhook/generic`, {
    method: 'POST',
    headers: { 'X-Deploytrack-Signature': `sha256=${signature}` },
    body,
  });
  if (!ok) throw new Error(`the webhook was answered with ${status}`);
  child.kill('SIGTERM');
  await ended;
  return JSON.parse(readFileSync(join(folder, 'walk.json'), 'utf8'));
}

function print(walks) {
  if (process.argv.includes('--json')) return console.log(JSON.stringify(walks));
  for (const [name, { executed, loaded }] of Object.entries(walks)) {
    console.log(`${name}: ${executed.length} files run, ${loaded.length} loaded`);
    if (process.argv.includes('--files')) for (const file of executed) console.log(`  ${file}`);
  }
}
