import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { selfSigned } from '../../probe/certificate.ts';
import { eventually } from '../../support/eventually.ts';
import { endOf, newProgram, type Program } from '../../support/program.ts';
import { median, type Stage } from '../stage.ts';
import { Attackers, attacks, type Target } from './attackers.ts';

const token = 'soak-token';
/** The promise of docs/serve.md: a running response may take this long after SIGTERM. */
const stopSeconds = 12;
const mostMebibytes = 400;

export const hostile: Stage = {
  name: 'hostile',
  about: 'serve under hostile connections',
  limitMinutes: { quick: 1, full: 70 },
  async run({ random, hostileMinutes, say }) {
    const program = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app', DEPLOYTRACK_VERSION: '1' } });
    await program.quiet(['run', '--', 'true']);
    const { target, child, ended } = await served(program);
    const pid = child.pid ?? 0;
    try {
      const before = used(pid);
      const attackers = new Attackers(target, { random, most: 900, perSecond: 150 });
      const client = await asked(target, { pid, minutes: hostileMinutes, say });
      attackers.stop();
      // With all of them still connected.
      const beganMs = performance.now();
      child.kill('SIGTERM');
      const { code } = await ended;
      const endSeconds = (performance.now() - beganMs) / 1000;
      attackers.leave();
      const broken = [
        ...(client.failed > 0
          ? [`${client.failed} of ${client.asked} good requests failed: ${client.first}`]
          : []),
        ...(client.mostMebibytes > mostMebibytes ? [`${client.mostMebibytes} MiB of memory`] : []),
        ...(code === 0 && endSeconds <= stopSeconds
          ? []
          : [`exit ${code} ${endSeconds.toFixed(1)} s after SIGTERM`]),
      ];
      const result = [
        `${client.asked - client.failed} of ${client.asked} good requests answered (median ${median(client.ms).toFixed(0)} ms, longest ${(Math.max(...client.ms) / 1000).toFixed(1)} s)`,
        `memory ${before.mebibytes} MiB before, at most ${client.mostMebibytes}`,
        `at most ${client.mostDescriptors} descriptors`,
        `ended ${endSeconds.toFixed(1)} s after SIGTERM`,
      ];
      const kinds = Object.keys(attacks).length;
      const tried = `${attackers.made.toLocaleString('en')} hostile connections of ${kinds} kinds in ${hostileMinutes} minutes, 900 at once`;
      return { found: [{ what: '`serve` under attack', tried, result: result.join('; ') }], broken };
    } finally {
      child.kill('SIGKILL');
      await ended;
      rmSync(program.folder, { recursive: true, force: true });
    }
  },
};

async function served(program: Program) {
  const { key, cert } = selfSigned({ name: '127.0.0.1' });
  const [certFile, keyFile] = [join(program.folder, 'c.pem'), join(program.folder, 'k.pem')];
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key, { mode: 0o600 });
  const args = ['serve', '--listen', '127.0.0.1:0', '--tls-cert', certFile, '--tls-key', keyFile];
  const child = program.spawn(args, { env: { DEPLOYTRACK_SERVE_TOKEN: token } });
  let head = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    if (head.length < 100_000) head += chunk.toString();
  });
  const ended = endOf(child);
  const address = () => /"listening","address":"([^"]+)"/.exec(head)?.[1];
  const url = await eventually(address, { what: 'listening server' });
  return { target: { port: Number(new URL(url).port), ca: cert } satisfies Target, child, ended };
}

/** A good client that asks one after the other, as an orchestrator and Prometheus do. */
async function asked(
  target: Target,
  { pid, minutes, say }: { pid: number; minutes: number; say: (line: string) => void },
) {
  const client = { asked: 0, failed: 0, first: '', ms: [] as number[], mostMebibytes: 0, mostDescriptors: 0 };
  const untilMs = performance.now() + minutes * 60_000;
  for (let minute = 1; performance.now() < untilMs; ) {
    for (const path of ['/-/healthy', '/metrics']) {
      const beganMs = performance.now();
      const said = await statusOf(target, path);
      client.ms.push(performance.now() - beganMs);
      client.asked += 1;
      if (said === '200') continue;
      client.failed += 1;
      client.first ||= `${path}: ${said}`;
    }
    const now = used(pid);
    client.mostMebibytes = Math.max(client.mostMebibytes, now.mebibytes);
    client.mostDescriptors = Math.max(client.mostDescriptors, now.descriptors);
    if (untilMs - performance.now() < (minutes - minute) * 60_000) {
      say(`   ${minute} min: ${client.asked} asked, ${client.failed} failed, ${now.mebibytes} MiB`);
      minute += 1;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return client;
}

function statusOf({ port, ca }: Target, path: string): Promise<string> {
  return new Promise((resolve) => {
    const options = { port, host: '127.0.0.1', path, ca, agent: false, timeout: 10_000 };
    const headers = { authorization: `Bearer ${token}` };
    const asked = request({ ...options, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(String(answer.statusCode)));
      answer.on('error', (error) => resolve(error.message));
    });
    asked.on('timeout', () => asked.destroy(new Error('no response within 10 s')));
    asked.on('error', (error) => resolve(error.message));
    asked.end();
  });
}

function used(pid: number): { mebibytes: number; descriptors: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kibibytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  return { mebibytes: Math.round(kibibytes / 1024), descriptors: readdirSync(`/proc/${pid}/fd`).length };
}
