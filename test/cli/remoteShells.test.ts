import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../readme/document.ts';
import { because } from '../support/because.ts';
import { endOf, type ProgramEnd } from '../support/program.ts';

const functions = readFileSync(join(root, 'shell/remote.sh'), 'utf8');

const shells = [['bash'], ['bash', '--posix'], ['dash'], ['mksh'], ['busybox', 'sh'], ['zsh']] as const;
const isThere = (name: string) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;

/** Runs a script as `ssh host <shell> -s` does, after the functions. */
async function runIn(shell: readonly string[], script: string): Promise<ProgramEnd> {
  const [program = '', ...words] = shell;
  const child = spawn(program, [...words, '-s'], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(`${functions}\n${script}\n`);
  const end = await endOf(child);
  // A shell that knows fractions of a second adds the time.
  return { ...end, stderr: end.stderr.replaceAll(/ --at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '') };
}

const mark = (text: string) => `::deploytrack ${text}\n`;

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))(
  'remote.sh in $name',
  ({ shell }) => {
    test.skipIf(because(!isThere(shell[0]), `no ${shell[0]}`))(
      'the functions print the marks, and change nothing else of the script',
      async () => {
        const end = await runIn(
          shell,
          `set -eu
IFS=:
release() { cd / && reached=$PWD; }
broken() { false; echo "went on"; return 4; }
deploytrack phase start build
deploytrack phase end build --exit-code 0
deploytrack phase run release -- release
echo "$reached $PWD"
deploytrack migrate --timeout 5m sh -c 'exit 0'
deploytrack venv-rebuild --try -- true
deploytrack smoke 'login page' -- true
deploytrack smoke other --failed
deploytrack smoke third -- false || echo "third $?"
deploytrack notes 'two
lines @file'
deploytrack error-rate 0.1
deploytrack phase record tests --duration 95s
deploytrack phase start slow --service api
deploytrack phase end slow --exit-code=3 --error boom --allow-failure
deploytrack phase end hard --error 'no disk'
deploytrack smoke shop --service api --failed
deploytrack smoke shop test --failed = --failed
deploytrack rollback --reason slow -- true
deploytrack rollback start --reason slow; deploytrack rollback end --exit-code 0
deploytrack cost vm 3
code=0; deploytrack phase run broken -- broken || code=$?
echo "code $code $(deploytrack start --version 1)"
if false; then :; else deploytrack phase end x --exit-code $?; fi
set +e
(exit 7); deploytrack phase start x; echo "mark $?"
set -e
cat <<EOF | while read -r line; do deploytrack phase run "$line" -- echo "in $line"; done
one
two
EOF
trap 'deploytrack finish --on-exit $?' EXIT
deploytrack phase run last -- sh -c 'exit 5'
echo "not reached"`,
        );
        expect(end.stdout).toBe('/ /\nthird 1\nwent on\ncode 4 none\nmark 0\nin one\nin two\n');
        expect(end.stderr).toBe(
          [
            ...['phase start build', 'phase end build --exit-code 0'],
            ...['phase start release', 'phase end release --exit-code 0'],
            ...['phase start migration', 'phase end migration --exit-code 0'],
            ...['phase start venv_rebuild', 'phase end venv_rebuild --exit-code 0'],
            ...['smoke login page --passed', 'smoke other --failed', 'smoke third --failed'],
            ...['notes two lines @file', 'error-rate 0.1', 'phase record tests --duration 95s'],
            ...['phase start slow', 'phase end slow --exit-code 3', 'phase end hard --status failed'],
            ...['smoke shop --failed', 'smoke shop --passed'],
            ...['phase start rollback', 'phase end rollback --exit-code 0'],
            ...['phase start rollback', 'phase end rollback --exit-code 0'],
            ...[
              'phase start broken',
              'phase end broken --exit-code 4',
              'phase end x --exit-code 1',
              'phase start x',
            ],
            ...[
              'phase start one',
              'phase end one --exit-code 0',
              'phase start two',
              'phase end two --exit-code 0',
            ],
            'phase start last',
          ]
            .map(mark)
            .join(''),
        );
        expect(end.code).toBe(5);
      },
    );

    test.skipIf(because(!isThere(shell[0]), `no ${shell[0]}`))(
      'a script goes on if its stderr is closed or has no reader any more',
      async () => {
        const script = `set -eu
exec 3>&1
{ sleep 0.2; deploytrack phase start a; deploytrack phase run b -- true; echo "went on" >&3; } 2>&1 | true
deploytrack phase run c -- true 2>&-
deploytrack cutover 2>&- || :
echo done`;
        expect(await runIn(shell, script)).toMatchObject({ code: 0, stdout: 'went on\ndone\n' });
      },
    );

    test.skipIf(because(!isThere(shell[0]), `no ${shell[0]}`))(
      'a command that cannot work on the other host is an error that names it',
      async () => {
        const end = await runIn(shell, 'deploytrack health http://localhost');
        expect(end).toMatchObject({
          code: 2,
          stderr: 'deploytrack: error: "health" is not available in a remote script\n',
        });
      },
    );
  },
);
