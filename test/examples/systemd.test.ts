import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { because, notRoot } from '../support/because.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { endOf, newProgram, programFile } from '../support/program.ts';
import { sharedGroup, strangerId } from '../support/strangers.ts';

const folder = fileURLToPath(new URL('../../examples/systemd/', import.meta.url));
const units = ['deploytrack-push.service', 'deploytrack-push.timer', 'deploytrack-serve.service'];
const analyze = (...words: string[]) =>
  spawnSync('systemd-analyze', words, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '' },
  });
const lacksSystemd = analyze('--version').status !== 0;

/** What a unit sets, later lines last. */
function settingsOf(unit: string): string[] {
  return readFileSync(join(folder, unit), 'utf8')
    .split('\n')
    .filter((line) => /^[A-Z]\w*=/.test(line));
}

describe('Units of systemd', () => {
  test.skipIf(because(lacksSystemd, 'no systemd-analyze'))(
    'systemd finds nothing wrong with the units',
    () => {
      const names = units.map((name) => `./${name}`);
      const { status, stdout, stderr } = analyze('verify', '--man=no', ...names);
      expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
    },
  );

  test.skipIf(because(lacksSystemd, 'no systemd-analyze'))(
    'systemd finds nothing wrong with the addition for clients on other hosts',
    () => {
      const { folder: work } = newProgram();
      const file = join(work, 'deploytrack-serve.service');
      symlinkSync(join(folder, 'deploytrack-serve.service'), file);
      symlinkSync(join(folder, 'deploytrack-serve.service.d'), `${file}.d`);
      const { status, stdout, stderr } = analyze('verify', '--man=no', file);
      expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
    },
  );

  test.skipIf(because(lacksSystemd, 'no systemd-analyze')).each(['push', 'serve'])(
    'the exposure of the unit for %s is at most 2.0 of 10',
    (name) => {
      const words = ['--no-pager', '--offline=true', '--threshold=20'];
      const { status, stdout } = analyze('security', ...words, `./deploytrack-${name}.service`);
      expect({ status, end: stdout.trim().split('\n').at(-1) }).toEqual({
        status: 0,
        end: expect.stringMatching(/exposure level/),
      });
    },
  );

  test('both services have the same account, state directory and sandbox', () => {
    const isShared = (line: string) =>
      !/^(Description|Documentation|Wants|After|Type|ExecStart|Restart|RestartSec|TimeoutStartSec|WantedBy)=/.test(
        line,
      );
    const [push = [], serve = []] = ['push', 'serve'].map((name) =>
      settingsOf(`deploytrack-${name}.service`).filter(isShared).sort(),
    );
    expect(push).toEqual(serve);
    expect(push).toEqual(expect.arrayContaining(['StateDirectory=deploytrack', 'ProtectSystem=strict']));
  });

  test('nothing of the sandbox forbids what the program needs', () => {
    const all = [...settingsOf(units[0] ?? ''), ...settingsOf(units[2] ?? '')].join('\n');
    expect(all).not.toMatch(/^(MemoryDenyWriteExecute|ProtectProc|ProcSubset|PrivateUsers)=/m);
    expect(all).toMatch(/^RestrictAddressFamilies=.*AF_NETLINK/m);
  });
});

/** As the units: read-only, except for the state directory; a /tmp of its own; no privileges; an account of its own. */
const sandbox = `set -e
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir /mnt/state /mnt/node /mnt/program
mount --bind "$STATE" /mnt/state
mount --bind "$(dirname "$1")" /mnt/node
mount --bind "$(dirname "$2")/.." /mnt/program
mount -o remount,bind,ro /
mount -t tmpfs tmpfs /tmp
export STATE_DIRECTORY=/mnt/state
umask 0007
node=/mnt/node/$(basename "$1")
shift 2
set -- "$node" /mnt/program/bin/deploytrack.js "$@"
exec setpriv --reuid ${strangerId} --regid ${sharedGroup().id} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"`;

describe.skipIf(notRoot())('Services in a sandbox like that of the units', () => {
  test('serve and push use the ledger of deployments of root, and write only there', async () => {
    const gateway = await startGateway();
    onTestFinished(() => gateway.stop());
    const base = newProgram();
    const state = join(base.folder, 'state');
    mkdirSync(state);
    const { DEPLOYTRACK_LEDGER: _, ...env } = base.env as Record<string, string>;
    const ledger = join(state, 'deployments.db');
    await base.run(['init', '--group', sharedGroup().name, '--deployment', 'app', '--ledger', ledger]);
    // What systemd does with a StateDirectory= of another owner.
    for (const name of ['.', ...readdirSync(state)])
      chownSync(join(state, name), strangerId, sharedGroup().id);
    chmodSync(state, 0o2770);
    const inside = (args: readonly string[]) =>
      spawn('unshare', ['--mount', 'sh', '-c', sandbox, 'sh', process.execPath, programFile, ...args], {
        cwd: '/',
        env: { ...env, HOME: '/', STATE: state, PUSHGATEWAY_URL: gateway.url },
        stdio: ['ignore', 'pipe', 'pipe'],
      });

    const ofRoot = { env: { DEPLOYTRACK_LEDGER: ledger, DEPLOYTRACK_ID: 'd' } };
    expect(await base.quiet(['start', '--deployment', 'app', '--version', '1', '--id', 'd'], ofRoot)).toBe(
      'd',
    );
    const server = inside(['serve', '--listen', '127.0.0.1:0']);
    onTestFinished(() => void server.kill('SIGKILL'));
    let log = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    const url = await eventually(() => /"address":"([^"]+)"/.exec(log)?.[1], {
      what: `listening server: ${log}`,
    });
    await base.quiet(['phase', 'run', 'build', '--', 'true'], ofRoot);
    const health = (await (await fetch(`${url}/health`)).json()) as object;
    expect(JSON.stringify(health)).toContain('"app"');
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      /deployment_stage_duration_seconds_count\{.*stage="build"/,
    );

    const pushed = await endOf(inside(['push']));
    expect(pushed).toMatchObject({ code: 0, stderr: '' });
    expect(await gateway.group({ deployment: 'app' })).toBeDefined();
    await base.quiet(['finish'], ofRoot);
    server.kill('SIGTERM');
    expect((await endOf(server)).code).toBe(0);
    expect(log).not.toContain('"error"');
    expect(existsSync('/mnt/deployments.db')).toBe(false);
  });
});
