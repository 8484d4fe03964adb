import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { notRoot } from '../support/because.ts';
import { newProgram, type Program } from '../support/program.ts';
import type { Found } from './doctor.ts';

/**
 * Runs a script in a network of its own, with names from a file only and a gateway and a service on 127.0.0.1:8080. There
 * `doctor` writes what it prints into a file, and `printed` is its command for a check.
 */
function inNetwork(program: Program, script: string): { stdout: string; stderr: string } {
  const answer = `require('node:http').createServer(({ url }, response) => response.setHeader('content-type', 'text/plain; version=0.0.4').end(url === '/health' ? '{"version":"1"}' : 'up 1\\n')).listen(8080, () => console.log('ready'))`;
  const file = (name: string, text: string) => writeFileSync(join(program.folder, name), text);
  file('hosts', '127.0.0.1 localhost\n');
  file('nsswitch', 'hosts: files\n');
  file('answer.cjs', answer);
  const prelude = `set -u; ip link set lo up
    mount --bind hosts /etc/hosts; mount --bind nsswitch /etc/nsswitch.conf
    node=$1 bin=$2; exec 3< <("$node" answer.cjs & echo $!; wait)
    read -r server <&3; read -r ready <&3; trap 'kill $server' EXIT
    doctor() { local to=$1; shift; "$node" "$bin" doctor --json "$@" >"$to"; }
    printed() { "$node" -p "JSON.parse(require('fs').readFileSync('$1', 'utf8')).findings.find(({ check }) => check === '$2').command"; }
  `;
  const words = ['--mount', '--net', 'bash', '-c', prelude + script, 'bash', ...program.words];
  return spawnSync('unshare', words, { cwd: program.folder, env: { ...program.env }, encoding: 'utf8' });
}

describe.skipIf(notRoot())('What the network lacks', () => {
  test('the commands that doctor prints for unknown names and an unreachable host succeed once they are known and reached', () => {
    const program = newProgram({ env: { PUSHGATEWAY_URL: 'http://gateway.test:8080' } });
    const { stdout, stderr } = inNetwork(
      program,
      `
      ip route add unreachable 10.9.9.9
      doctor names --health http://service.test:8080/health
      doctor route --health http://10.9.9.9:8080/health
      gateway=$(printed names gateway) service=$(printed names health) host=$(printed route health)
      for command in "$gateway" "$service" "$host"; do sh -c "$command" >/dev/null 2>&1 && echo "too early: $command"; done
      echo '127.0.0.1 gateway.test service.test' >>hosts
      ip route del unreachable 10.9.9.9; ip addr add 10.9.9.9/32 dev lo
      for command in "$gateway" "$service" "$host"; do sh -c "$command" >/dev/null || echo "still fails: $command"; done
      doctor names-after --health http://service.test:8080/health; doctor route-after --health http://10.9.9.9:8080/health
      for file in names route names-after route-after; do echo "$(cat $file)"; done`,
    );
    expect(stderr).toBe('');
    const said = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { findings: Found[] });
    const problems = said.map(({ findings }) =>
      findings.filter(({ state }) => state === 'wrong').map(({ message }) => message),
    );
    expect(problems).toEqual([
      [
        expect.stringMatching(/: the host name (is unknown|cannot be looked up now)$/),
        expect.stringMatching(/cannot be resolved/),
      ],
      [
        expect.stringMatching(/: the host name (is unknown|cannot be looked up now)$/),
        expect.stringMatching(/10\.9\.9\.9/),
      ],
      [],
      [],
    ]);
  });
});
