import { type ChildProcess, spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { eventually } from './eventually.ts';

export interface RunningServer {
  /** `http://127.0.0.1:<port>`, no slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Everything it wrote to its standard streams so far. */
  log(): string;
  /** Ends it and waits until it has exited. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Starts a real server program on a free loopback port and waits until `readyPath` responds with 200 (null:
 * until the port accepts connections). If another program took the port meanwhile, another port is tried.
 * Throws with the server's log.
 */
export async function startServer(server: {
  readonly program: string;
  readonly args: (port: number) => readonly string[];
  readonly readyPath: string | null;
  /** Default: a free port. */
  readonly port?: number;
}): Promise<RunningServer> {
  let log = '';
  for (let tries = 0; tries < 5; tries += 1) {
    const port = server.port ?? (await freePort());
    const running = launch(server.program, { args: server.args(port), port });
    try {
      await eventually(() => answers(running, server.readyPath), { what: `ready ${server.program}` });
      return running;
    } catch {
      log = running.log();
      await running.stop('SIGKILL');
      if (!/address already in use/.test(log)) break;
    }
  }
  throw new Error(`${server.program} did not start:\n${log}`);
}

/** A loopback port on which nothing listens at the moment. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function launch(program: string, { args, port }: { args: readonly string[]; port: number }): RunningServer {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const collect = (chunk: Buffer) => {
    log += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.on('error', (error) => collect(Buffer.from(String(error))));
  // A worker that ends takes its servers along.
  const onExit = () => child.kill('SIGKILL');
  process.once('exit', onExit);
  child.once('close', () => process.removeListener('exit', onExit));
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? -1,
    log: () => log,
    stop: (signal = 'SIGTERM') => end(child, signal),
  };
}

async function answers(running: RunningServer, path: string | null): Promise<true | undefined> {
  if (path === null) return accepts(running.port);
  const response = await fetch(running.url + path);
  await response.arrayBuffer();
  return response.status === 200 ? true : undefined;
}

function accepts(port: number): Promise<true> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', reject);
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('close', resolve));
  const force = setTimeout(() => child.kill('SIGKILL'), 5000);
  child.kill(signal);
  await gone;
  clearTimeout(force);
}
