import { spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { runInTerminal } from '../child/front.ts';
import { powershell, quietPowershell } from '../examples/powershell.ts';
import { root } from '../readme/document.ts';
import { because, noPowershell } from '../support/because.ts';
import { endOf, type Program, programFile, rowsOf } from '../support/program.ts';
import { noSshd, startSshd } from '../support/sshd.ts';
import { manifest } from './oneByOne.ts';
import { newScriptHost } from './shells.ts';

vi.setConfig({ testTimeout: 120_000 });

function newHost(): Program & { readonly env: Record<string, string> } {
  const host = newScriptHost();
  onTestFinished(() => rmSync(host.folder, { recursive: true, force: true }));
  const { DEPLOYTRACK_DEPLOYMENT: _d, DEPLOYTRACK_VERSION: _v, ...env } = host.env;
  return { ...host, env: { ...env, ...quietPowershell(host.folder) } };
}

const phasesOf = (host: Program) =>
  rowsOf(host.ledger, {
    sql: `SELECT deployment || '/' || stage || ' ' || s.status || coalesce(': ' || s.error_message, '') AS line
          FROM deployment_stages s JOIN deployment_metrics USING (deployment_id) ORDER BY s.id`,
  }).map(({ line }) => line);

test.skipIf(noPowershell() || because(noSshd !== undefined, noSshd ?? ''))(
  'the module records in a remoting session, and around one',
  async () => {
    const host = newHost();
    const server = await startSshd(['web-1'], { subsystem: `${powershell} -sshs -NoLogo -NoProfile` });
    onTestFinished(() => server.stop());
    const script = join(root, 'test/shell/powershell/session.ps1');
    const words = ['-NoProfile', '-NonInteractive', '-File', script, 'web-1', manifest, host.ledger];
    const end = await endOf(
      spawn(powershell ?? '', words, {
        env: { ...host.env, PATH: `${server.bin}:${host.env.PATH}` },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    expect(JSON.parse(end.stdout.split('\n').find((line) => line.startsWith('{"')) ?? end.stderr)).toEqual({
      there: ['in the session', 'broke there', 'left: []'],
      thrown: 'in use',
    });
    expect(phasesOf(host)).toEqual([
      'there/build success',
      'there/migration success',
      'fails/build failed: broke there',
      'around/copy success',
      'around/switch failed: in use',
    ]);
  },
);

describe.skipIf(noPowershell())('Ctrl-C on a terminal', () => {
  test.each([
    {
      form: 'the module',
      script: `Import-Module '${manifest}'
Invoke-Deployment -Deployment app -Version 1 { Invoke-DeploymentPhase -Name build { 'rea' + 'dy'; Start-Sleep -Seconds 60 } }`,
      error: /exit, break or Ctrl-C|ended before finish/,
    },
    {
      form: 'plain commands',
      script: `$env:DEPLOYTRACK_ID = deploytrack start --deployment app --version 1
try {
    deploytrack phase start build
    'rea' + 'dy'; Start-Sleep -Seconds 60
    deploytrack finish
} finally { deploytrack finish --on-exit $LASTEXITCODE }`,
      error: /ended before finish/,
    },
  ])('closes deployment and phase as failed, by $form', async ({ script, error }) => {
    const host = newHost();
    const front = { words: [], env: { ...host.env, TERM: 'dumb' } };
    const command = [powershell ?? '', '-NoProfile', '-Command', script];
    await runInTerminal(front, command, [{ after: 'ready', keys: '\\x03' }]);
    const sql = 'SELECT deployment_status AS status, error_message AS error FROM deployment_metrics';
    expect(rowsOf(host.ledger, { sql })).toEqual([{ status: 'failed', error: expect.stringMatching(error) }]);
    expect(phasesOf(host)).toEqual([expect.stringMatching(/^app\/build failed/)]);
  });

  test('ends a program of the module that does not end by itself, as on Windows', async () => {
    const host = newHost();
    const pidFile = join(host.folder, 'pid');
    const stubborn = `#!/bin/sh
[ "$1" = health ] || exec '${process.execPath}' '${programFile}' "$@"
trap '' INT
echo $$ >'${pidFile}'
echo ready >/dev/tty
exec sleep 60
`;
    rmSync(join(host.folder, 'bin/deploytrack'));
    writeFileSync(join(host.folder, 'bin/deploytrack'), stubborn, { mode: 0o755 });
    cpSync(dirname(manifest), join(host.folder, 'DeployTrack'), { recursive: true });
    const script = `Import-Module '${host.folder}/DeployTrack'
Invoke-Deployment -Deployment app -Version 1 { Test-DeploymentHealth -Uri http://127.0.0.1:9/ -Timeout 00:10:00 }`;
    const front = { words: [], env: { ...host.env, TERM: 'dumb' } };
    const command = [powershell ?? '', '-NoProfile', '-Command', script];
    await runInTerminal(front, command, [{ after: 'ready', keys: '\\x03' }]);
    const sql = 'SELECT deployment_status AS status FROM deployment_metrics';
    expect(rowsOf(host.ledger, { sql })).toEqual([{ status: 'failed' }]);
    expect(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0)).toThrow('ESRCH');
  });
});
