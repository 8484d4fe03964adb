import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { endOf, newProgram, type Program, type ProgramEnd } from '../support/program.ts';
import { freePort, stubs } from './stubs.ts';

/**
 * A host as the pages describe it: scripts, files below /etc and /var, a service, and replacements of other
 * programs.
 */
export interface Site {
  readonly program: Program;
  /** The text adapted to this host: its folders, ports and shorter waits. */
  here(text: string): string;
  bash(script: string, env?: Readonly<Record<string, string>>): Promise<ProgramEnd>;
  /**
   * Arguments of every call of deploytrack that was a usage error, including those whose exit code is not
   * checked.
   */
  usageErrors(): string;
}

export const version = 'abc1234';

export async function newSite(makefile: string): Promise<Site> {
  const program = newProgram();
  const { folder } = program;
  const service = createServer((_request, response) =>
    response.end(JSON.stringify({ version, build: { sha: version } })),
  );
  const servicePort = await listening(service);
  const port = await freePort();
  const bin = join(folder, 'bin');
  for (const [name, text] of Object.entries(stubs(program, port))) script(join(bin, name), text);
  for (const name of [
    'build',
    'migrate',
    'switch',
    'back',
    'smoke',
    'check-queue',
    'serve',
    'smoke/login',
    'deploy',
    'warm-up',
    'purge',
  ])
    script(join(folder, `${name}.sh`), '');
  script(join(folder, 'remote.sh'), '');
  // The two for a clone take minutes and install packages.
  for (const name of ['demo', 'test']) script(join(folder, 'scripts', name), '');
  for (const name of ['gateway.zip', 'etc/gateway/gateway.ini', 'etc/gateway/probe-token', 'backup/.keep'])
    file(join(folder, name), 'some text\n');
  script(join(folder, `releases/${version}/venv/bin/python`), 'echo 3.11.7');
  file(join(folder, 'Makefile'), `${makefile}\nrelease:\n\t@true\n`);
  olderDatabase(join(folder, 'gateway.db'));
  const env = {
    ...program.env,
    PATH: `${bin}:${program.env.PATH}`,
    SHA: version,
    VERSION: version,
    PREVIOUS: version,
    HEALTH_URL: `http://127.0.0.1:${servicePort}/health`,
    DEPLOYTRACK_ID: 'open-deployment',
  };
  await program.quiet(['start', '--id', 'open-deployment', '--deployment', 'gateway', '--version', version]);
  mkdirSync(join(folder, 'marks'));
  mkdirSync(join(folder, 'var/lib/deploytrack'), { recursive: true });
  cpSync(program.ledger, join(folder, 'var/lib/deploytrack/deployments.db'));
  onTestFinished(() => {
    for (const pid of read(join(folder, 'pids')).split('\n').filter(Boolean)) spawnSync('kill', [pid]);
  });
  const group = spawnSync('id', ['-gn'], { encoding: 'utf8' }).stdout.trim();
  const here = (text: string) =>
    text
      .replaceAll(/(?<=[ '=@:/]|^)\/(?=(?:etc|var\/lib|backup|run)\/)/gm, `${folder}/`)
      .replaceAll(/http:\/\/(?:localhost|127\.0\.0\.1):8080/g, `http://127.0.0.1:${servicePort}`)
      .replaceAll('tcp://localhost:5432', `tcp://127.0.0.1:${servicePort}`)
      .replaceAll('127.0.0.1:9102', `127.0.0.1:${port}`)
      .replaceAll('--watch 5m', '--watch 1s')
      .replaceAll('--group deploy', `--group ${group}`);
  return {
    program,
    here,
    bash: (text, more = {}) =>
      endOf(
        spawn('bash', ['-eo', 'pipefail', '-c', text], {
          cwd: folder,
          env: { ...env, ...more },
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      ),
    usageErrors: () => read(join(folder, 'usage-errors')),
  };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function file(path: string, text: string, mode = 0o644): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
  return path;
}

function script(path: string, text: string): void {
  file(path, `#!/bin/sh\n${text}\n`, 0o755);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** In the form of older tools, for `import`. */
function olderDatabase(path: string): void {
  const database = new Database(path);
  database.exec(
    `CREATE TABLE deployment_history (id INTEGER PRIMARY KEY, version TEXT, deployed_at TEXT, method TEXT, notes TEXT);
     INSERT INTO deployment_history (version, deployed_at, method) VALUES ('0.9.0', '2026-01-14 18:47:15', 'manual')`,
  );
  database.close();
}
