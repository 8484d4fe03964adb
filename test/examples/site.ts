import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const repository = path.resolve(__dirname, '../..');

/** How a program ended: its exit code or signal, and its output. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A host of its own in a temporary folder: a ledger, the service's folders, the program in PATH, a free port.
 */
export interface Site {
  readonly folder: string;
  readonly ledger: string;
  /** First in PATH; holds `deploytrack`. */
  readonly bin: string;
  readonly port: number;
  readonly env: Record<string, string>;
  run(file: string, args?: readonly string[], env?: Record<string, string>): Promise<Ended>;
  /** Rows that the `sqlite3` tool reads from the ledger. */
  query(sql: string): Record<string, unknown>[];
  /** Ends the service if it runs, and removes the folder. */
  close(): void;
}

/** `isShim`: PATH has only `deploytrack.ps1`, which npm creates on Windows and PowerShell prefers. */
export async function openSite({ isShim = false }: { isShim?: boolean } = {}): Promise<Site> {
  const folder = mkdtempSync(path.join(tmpdir(), 'deploytrack-site-'));
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  if (isShim) layShim(bin);
  else symlinkSync(path.join(repository, 'bin/deploytrack.js'), path.join(bin, 'deploytrack'));
  const port = await freePort();
  const ledger = path.join(folder, 'deployments.db');
  const env = {
    ...inherited(),
    PATH: `${bin}:${process.env.PATH}`,
    DEPLOYTRACK_LEDGER: ledger,
    DEPLOYTRACK_SETTINGS_ROOT: folder,
    NOTES_ROOT: path.join(folder, 'notes'),
    NOTES_PORT: String(port),
  };
  return {
    folder,
    ledger,
    bin,
    port,
    env,
    run: (file, args = [], more = {}) => run(file, args, { ...env, ...more }),
    query(sql) {
      const rows = execFileSync('sqlite3', ['-json', ledger, sql], { encoding: 'utf8' });
      return rows === '' ? [] : JSON.parse(rows);
    },
    close() {
      execFileSync(path.join(repository, 'examples/service.sh'), ['stop'], { env });
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

/** npm's own script, created by the module that npm uses. */
export function layShim(bin: string): void {
  const npm = execFileSync('bash', ['-c', 'readlink -f "$(command -v npm)"'], { encoding: 'utf8' }).trim();
  const shim = createRequire(npm).resolve('cmd-shim');
  const [from, to] = [path.join(repository, 'bin/deploytrack.js'), path.join(bin, 'deploytrack')];
  execFileSync(process.execPath, [
    '-e',
    'require(process.argv[1])(...process.argv.slice(2))',
    shim,
    from,
    to,
  ]);
  for (const name of ['deploytrack', 'deploytrack.cmd']) rmSync(path.join(bin, name));
}

/** The environment of the tests, without variables that configure the program. */
function inherited(): Record<string, string> {
  const foreign = /^(DEPLOYTRACK_|PUSHGATEWAY_|NOTES_|GITHUB_|CI$|TF_BUILD$|NODE_OPTIONS$|VITEST)/;
  const entries = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !foreign.test(name),
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function run(file: string, args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // The service that a script leaves running has streams of its own, so it does not keep these open.
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
