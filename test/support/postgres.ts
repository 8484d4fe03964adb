import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { freePort, type RunningServer, startServer } from './server.ts';
import { isRoot } from './strangers.ts';

/** Debian's programs, which are not in PATH; undefined: not installed. */
const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
export const postgresPrograms = versions
  .map((version) => `/usr/lib/postgresql/${version}/bin`)
  .findLast((folder) => existsSync(join(folder, 'initdb')));

export interface Postgres extends Omit<RunningServer, 'url'> {
  readonly folder: string;
  /** Of the owner, who may do everything. */
  readonly url: string;
  /** The rows of a statement, as the owner; throws if it fails. */
  rows(sql: string): Record<string, unknown>[];
  /** Starts again in the same place, after `stop`. */
  restart(args?: readonly string[]): Promise<void>;
  /** Ends it, and deletes its files. */
  remove(): Promise<void>;
}

/** A real PostgreSQL on loopback, whose owner needs no password; it never waits for the disk. */
export async function startPostgres({ args = [] }: { args?: readonly string[] } = {}): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-postgres-'));
  chmodSync(folder, 0o777);
  const data = join(folder, 'data');
  const asOwner = isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', '--'] : [];
  const [program = '', ...before] = [...asOwner, join(postgresPrograms ?? '', 'initdb')];
  const made = spawnSync(
    program,
    [...before, '-D', data, '-U', 'owner', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C.UTF-8'],
    {
      encoding: 'utf8',
    },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const [server = '', ...words] = [...asOwner, join(postgresPrograms ?? '', 'postgres')];
  const start = (more: readonly string[]) =>
    startServer({
      program: server,
      args: (at) => [...words, '-D', data, '-p', String(at), '-k', folder, '-h', '127.0.0.1', '-F', ...more],
      readyPath: null,
      port,
    });
  let running = await start(args);
  const psql = (sql: string) =>
    spawnSync(
      'psql',
      [
        '-X',
        '-q',
        '-A',
        '-t',
        '-h',
        folder,
        '-p',
        String(port),
        '-U',
        'owner',
        '-d',
        'postgres',
        '-v',
        'ON_ERROR_STOP=1',
        '-c',
        sql,
      ],
      {
        encoding: 'utf8',
        maxBuffer: 64e6,
      },
    );
  // It accepts connections before it has recovered.
  const recovered = () =>
    eventually(() => (psql('SELECT 1').status === 0 ? true : undefined), { what: 'PostgreSQL' });
  await recovered();
  const url = `postgres://owner@127.0.0.1:${port}/postgres`;
  return {
    folder,
    url,
    port,
    get pid() {
      return running.pid;
    },
    log: () => running.log(),
    rows(sql) {
      const isQuery = /^\s*(select|with|values)/i.test(sql);
      const end = psql(isQuery ? `SELECT coalesce(json_agg(r), '[]') FROM (${sql}) r` : sql);
      if (end.status !== 0) throw new Error(`${sql}: ${end.stderr}`);
      return isQuery ? (JSON.parse(end.stdout) as Record<string, unknown>[]) : [];
    },
    stop: (signal = 'SIGINT') => running.stop(signal),
    async restart(more = args) {
      running = await start(more);
      await recovered();
    },
    async remove() {
      await running.stop('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
