import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually.ts';

/** A real container engine with a store of its own: podman, which responds like Docker. */
export interface Podman {
  readonly socket: string;
  /** Runs `podman <args>`; returns its output without the last newline. Throws with all of its output. */
  run(...args: string[]): Promise<string>;
  /** Starts the engine behind the socket again; containers survive its stop. */
  startService(): Promise<void>;
  stopService(): Promise<void>;
  /** Ends the service and every container, and removes the store. */
  remove(): Promise<void>;
}

export async function startPodman(): Promise<Podman> {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-podman-'));
  const env = configured(folder);
  const socket = join(folder, 'engine.sock');
  const globals = [
    '--tmpdir',
    join(folder, 'tmp'),
    '--root',
    join(folder, 'root'),
    '--runroot',
    join(folder, 'run'),
  ];
  const run = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)('podman', [...globals, ...args], {
      env,
      encoding: 'utf8',
      timeout: 20_000,
    });
    return stdout.replace(/\n$/, '');
  };
  let service: ChildProcess | null = null;
  const startService = async () => {
    service = spawn('podman', [...globals, 'system', 'service', '--time=0', `unix://${socket}`], {
      env,
      stdio: 'ignore',
    });
    const ping = ['-sf', '--unix-socket', socket, 'http://d/_ping'];
    await eventually(() => (existsSync(socket) ? execFileSync('curl', ping).toString() : undefined), {
      what: 'the engine',
    });
  };
  const stopService = async () => {
    const ended = service;
    service = null;
    if (ended === null || ended.exitCode !== null) return;
    const end = new Promise((resolve) => ended.once('exit', resolve));
    ended.kill('SIGTERM');
    // It waits for open streams of events.
    const late = setTimeout(() => ended.kill('SIGKILL'), 2000);
    await end;
    clearTimeout(late);
    rmSync(socket, { force: true });
  };
  await importImage({ folder, run });
  await startService();
  return {
    socket,
    run,
    startService,
    stopService,
    async remove() {
      await stopService();
      await run('rm', '--all', '--force', '--time', '0').catch(() => '');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Options to run without systemd, without a network and with few rights. */
function configured(folder: string): NodeJS.ProcessEnv {
  const containers = join(folder, 'containers.conf');
  const storage = join(folder, 'storage.conf');
  writeFileSync(
    containers,
    [
      '[containers]',
      'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]',
      'netns = "none"',
      'log_driver = "k8s-file"',
      '[engine]',
      'runtime = "runc"',
      'cgroup_manager = "cgroupfs"',
      'events_logger = "file"',
    ].join('\n'),
  );
  const places = `graphroot = "${join(folder, 'root')}"\nrunroot = "${join(folder, 'run')}"`;
  writeFileSync(storage, `[storage]\ndriver = "vfs"\n${places}\n`);
  return {
    PATH: process.env.PATH,
    HOME: folder,
    CONTAINERS_CONF: containers,
    CONTAINERS_STORAGE_CONF: storage,
  };
}

/** It contains only one static program. */
async function importImage({ folder, run }: { folder: string; run: Podman['run'] }): Promise<void> {
  const root = join(folder, 'image');
  mkdirSync(join(root, 'bin'), { recursive: true });
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
  chmodSync(join(root, 'bin/busybox'), 0o755);
  for (const name of ['sh', 'sleep', 'test', 'true', 'false', 'touch'])
    execFileSync('ln', ['-s', 'busybox', join(root, 'bin', name)]);
  execFileSync('tar', ['-cf', join(folder, 'image.tar'), '-C', root, '.']);
  await run('import', '-q', join(folder, 'image.tar'), 'app:1');
}
