import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually.ts';

/** A real container engine with a store of its own: podman, which answers as Docker does. */
export interface Podman {
  readonly socket: string;
  /** Runs `podman <args>`; gives what it wrote, without the last newline. Throws with all that it said. */
  run(...args: string[]): Promise<string>;
  /** The engine that answers on the socket: containers live on without it. */
  startService(): Promise<void>;
  stopService(): Promise<void>;
  /** Ends the service and every container, and takes the store away. */
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
    // It waits for the streams of events that are read from it.
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

/** As it runs without systemd, without a network and with few rights. */
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

/** One static program is all that is in it. */
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
