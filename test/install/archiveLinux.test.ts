import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { powershell } from '../examples/powershell.ts';
import { has } from '../readme/document.ts';
import { hasNodes, noNodes, pack, unpack } from '../support/archive.ts';
import { because, noPowershell } from '../support/because.ts';
import { canMakeRoots, emptyRoot, inRoot } from '../support/emptyRoot.ts';
import { rowsOf } from '../support/program.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const isTarget = process.platform === 'linux' && process.arch === 'x64';

describe.skipIf(because(!hasNodes, noNodes) || because(!isTarget, 'not Linux on x64'))(
  'The unpacked archive for Linux',
  () => {
    let archive: string;
    let folder: string;
    let place: string;

    beforeAll(() => {
      place = join(mkdtempSync(join(tmpdir(), 'archive-')), 'with space ü');
      archive = pack(['--target', 'linux-x64'])['linux-x64'] as string;
      folder = unpack(archive, place);
    });

    /** As an account with nothing in PATH that could stand for a part of the archive. */
    const run = (words: readonly [string, ...string[]], cwd = '/') =>
      execFileSync(words[0], words.slice(1), {
        cwd,
        encoding: 'utf8',
        env: {
          PATH: toolsOnly(place),
          HOME: place,
          DEPLOYTRACK_LEDGER: join(place, 'l.db'),
          DEPLOYTRACK_SETTINGS_ROOT: place,
          POWERSHELL_TELEMETRY_OPTOUT: '1',
          POWERSHELL_UPDATECHECK: 'Off',
        },
      }).trim();

    test('the launcher works from any folder, by its name in it, and through links to it', () => {
      const link = join(place, 'second link');
      symlinkSync(join(folder, 'deploytrack'), join(place, 'first link'));
      symlinkSync('first link', link);
      const version = /^\d+\.\d+\.\d+$/;
      expect(run([link, '--version'])).toMatch(version);
      expect(run(['../second link', '--version'], folder)).toMatch(version);
      expect(run(['/bin/sh', 'deploytrack', '--version'], folder)).toMatch(version);
    });

    test.skipIf(noPowershell())(
      'the module of the archive makes marks with the Node of the archive, without one in PATH',
      () => {
        const module = join(folder, 'shell/DeployTrack/DeployTrack.psd1');
        const script = `$ErrorActionPreference = 'Stop'
          Import-Module '${module}'
          Invoke-Deployment -Deployment unpacked -Version 1 { Invoke-DeploymentPhase -Name extract { 'done' } }
          (Get-Command node -ErrorAction Ignore | Measure-Object).Count
          (Get-Deployment).Status`;
        const said = run([powershell as string, '-NoProfile', '-NonInteractive', '-Command', script]);
        expect(said.split('\n').map((line) => line.trim())).toEqual(['done', '0', 'success']);
        expect(rowsOf(join(place, 'l.db'), { sql: 'SELECT stage FROM deployment_stages' })).toEqual([
          { stage: 'extract' },
        ]);
      },
    );

    test.skipIf(because(!canMakeRoots, 'cannot make namespaces') || because(!has('unzip'), 'no unzip'))(
      'in a root that has only what the service needs, without npm or network, the archive deploys the service of the demo',
      () => {
        const { root, folders } = rootOfService(folder);
        unpack(archive, join(root, 'opt'));
        const app = `/opt/${basename(folder)}`;
        const history = inRoot(root, {
          folders,
          script: `set -euo pipefail
          export PATH=/usr/local/bin:/usr/bin HOME=/srv PYTHON=/srv/quick-python
          python3 -c '${loopback}'
          ln -s ${app}/deploytrack /usr/local/bin/deploytrack
          for name in node npm cc gcc; do if command -v "$name" >&2; then exit 1; fi; done
          python3 ${app}/examples/app/package.py 1.0.0 /srv/notes.zip
          ${app}/examples/deploy.sh /srv/notes.zip 1.0.0 >&2
          ${app}/examples/service.sh stop
          (cd ${app} && sha256sum --quiet --check SHA256SUMS >&2)
          other='setpriv --reuid 54321 --regid 54321 --clear-groups env HOME=/tmp'
          $other deploytrack start --deployment other --version 2 >/dev/null
          $other deploytrack history --json
          echo ====
          deploytrack history --json`,
        });
        const [ofOther, ofRoot] = history.split('====').map((json) => JSON.parse(json));
        expect(ofOther).toMatchObject([{ deployment: 'other', version: '2' }]);
        expect(ofRoot).toMatchObject([
          { deployment: 'notes', version: '1.0.0', status: 'success', health_check_success: true },
        ]);
        expect(
          rowsOf(join(root, 'var/lib/deploytrack/deployments.db'), {
            sql: 'SELECT stage FROM deployment_stages ORDER BY stage',
          }).map(({ stage }) => stage),
        ).toEqual(['cutover', 'extract', 'health_check', 'migration', 'venv_rebuild']);
      },
    );
  },
);

/** Brings lo up, in a network without anything else: SIOCSIFFLAGS with IFF_UP. */
const loopback =
  'import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh22x", b"lo", 1))';

/** A folder for PATH with what the launcher starts, and what installed PowerShell. */
function toolsOnly(place: string): string {
  const bin = join(place, 'bin');
  if (existsSync(bin)) return bin;
  mkdirSync(bin);
  for (const name of ['readlink', 'dotnet'].filter(has)) {
    const words = ['-c', 'command -v "$1"', 'sh', name];
    symlinkSync(execFileSync('sh', words, { encoding: 'utf8' }).trim(), join(bin, name));
  }
  return bin;
}

/** What examples/deploy.sh and its service start, and a Python without pip, because the service needs no package. */
function rootOfService(folder: string): { root: string; folders: string[] } {
  const ask =
    'import sys, sysconfig; print(sys._base_executable, *{sysconfig.get_path(n) for n in ("stdlib", "platstdlib")}, sep="\\n")';
  const [python = '', ...folders] = execFileSync('python3', ['-c', ask], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((path) => realpathSync(path));
  const tools = 'bash sh env mkdir readlink ln mv cat dirname sleep rm grep setsid chmod setpriv sha256sum';
  const root = emptyRoot({
    programs: [python, 'unzip', ...tools.split(' ')],
    folders,
    linked: [join(folder, 'node'), join(folder, 'node_modules/better-sqlite3/prebuilds/linux-x64.node')],
  });
  symlinkSync(python, join(root, 'usr/bin/python3'));
  const quick = `#!/usr/bin/env bash
set -e
python3 -m venv --clear --without-pip "$4"
printf '#!/bin/sh\\n' >"$4/bin/pip" && chmod 755 "$4/bin/pip"
`;
  writeFileSync(join(root, 'srv/quick-python'), quick, { mode: 0o755 });
  return { root, folders };
}
