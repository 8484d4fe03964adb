import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { endOf, type Program, type ProgramEnd } from './program.ts';

export interface SilentNames {
  /** Runs the program there; also returns how long it took, in milliseconds. */
  run(
    program: Program,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<ProgramEnd & { tookMs: number }>;
  spawn(program: Program, args: readonly string[], env?: Readonly<Record<string, string>>): ChildProcess;
  /** Number of queries received so far. */
  questions(): number;
  stop(): Promise<void>;
}

/**
 * A network of its own with two name servers that accept every query and never respond, two search domains,
 * and a hosts file with `localhost` only. Needs root; `folder` holds its files.
 */
export async function startSilentNames(folder: string): Promise<SilentNames> {
  writeFileSync(join(folder, 'hosts'), '127.0.0.1 localhost\n');
  writeFileSync(
    join(folder, 'resolv.conf'),
    'nameserver 127.0.0.1\nnameserver 127.0.0.2\nsearch a.example b.example\n',
  );
  const servers = `for (const address of ['127.0.0.1', '127.0.0.2']) {
    const socket = require('node:dgram').createSocket('udp4');
    socket.bind(53, address, () => process.stdout.write('!'));
    socket.on('message', () => process.stdout.write('?'));
  }`;
  const setUp = `set -e
    ip link set lo up
    mount --bind ${folder}/hosts /etc/hosts
    mount --bind ${folder}/resolv.conf /etc/resolv.conf
    hostname nobody-knows-me
    exec "$0" -e "$1"`;
  const world = spawn(
    'unshare',
    ['--net', '--mount', '--uts', 'sh', '-c', setUp, process.execPath, servers],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  world.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await eventually(() => (said.startsWith('!!') ? true : undefined), { what: 'silent name servers' });
  const start: SilentNames['spawn'] = (program, args, env = {}) =>
    spawn(
      'nsenter',
      ['--net', '--mount', '--uts', `--target=${world.pid}`, '--', ...program.words, ...args],
      { env: { ...program.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
  return {
    spawn: start,
    async run(program, args, env) {
      const beganMs = performance.now();
      const end = await endOf(start(program, args, env));
      return { ...end, tookMs: performance.now() - beganMs };
    },
    questions: () => said.length - '!!'.length,
    async stop() {
      world.kill('SIGKILL');
      if (world.exitCode === null && world.signalCode === null) await once(world, 'exit');
    },
  };
}
