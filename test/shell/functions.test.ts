import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Program } from '../support/program.ts';
import { loading, newScriptHost, recorded, runScript, type Shell, shells } from './shells.ts';

vi.setConfig({ testTimeout: 120_000 });

let host: Program;
beforeAll(() => {
  host = newScriptHost();
});
afterAll(() => rmSync(host.folder, { recursive: true, force: true }));

const begin = 'DEPLOYTRACK_ID=$(deploytrack start); export DEPLOYTRACK_ID\n';
let ledgers = 0;

/** Runs a script with the integration and a ledger of its own. */
async function integrated(shell: Shell, script: string, env: Record<string, string> = {}) {
  ledgers += 1;
  const ledger = join(host.folder, `${ledgers}.db`);
  const own = { ...host, ledger, env: { ...host.env, DEPLOYTRACK_LEDGER: ledger, ...env } };
  const end = await runScript(own, { shell, script: `${loading(shell)}${script}\n` });
  return { end, rows: recorded(own), ledger };
}

const fast = shells.filter(({ name }) => name === 'bash' || name === 'zsh');
const first = (shells: readonly Shell[], name: string) => {
  const found = shells.find((one) => one.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};
const bash = first(shells, 'bash');

describe.each(shells)('Functions as phases in $name', (shell) => {
  test('a wrapped function or builtin runs in the shell of the script, and its exit code is kept', async () => {
    const { end, rows } = await integrated(
      shell,
      `set -eu
${begin}build() { BUILT=$1; return "\${2:-0}"; }
outer() { deploytrack phase run inner --service part -- build inner 4 || code=$?; }
deploytrack phase run build -- build yes
deploytrack migrate -- build migrated
deploytrack phase run go -- cd /
deploytrack phase run bad --allow-failure -- build no 3 || echo "code $?"
code=0
deploytrack phase run outer -- outer
echo "$BUILT $PWD $code"
deploytrack finish`,
    );
    expect({ code: end.code, stdout: end.stdout, stderr: end.stderr }).toEqual({
      code: 0,
      stdout: 'code 3\ninner / 4\n',
      stderr: '',
    });
    expect(
      rows.stages.map(({ stage, service, status, exit_code, judged }) => [
        stage,
        service,
        status,
        exit_code,
        judged,
      ]),
    ).toEqual([
      ['bad', 'app', 'failed', 3, 'allowed'],
      ['build', 'app', 'success', 0, 'yes'],
      ['go', 'app', 'success', 0, 'yes'],
      ['inner', 'part', 'failed', 4, 'yes'],
      ['migration', 'app', 'success', 0, 'yes'],
      ['outer', 'app', 'success', 0, 'yes'],
    ]);
  });

  test('a wrapped function that fails under set -e ends the script as it would without deploytrack', async () => {
    const { end, rows } = await integrated(
      shell,
      `set -eu
${begin}step() {
  sh -c 'exit 6'
  echo never
}
deploytrack phase run step -- step
echo never`,
    );
    expect({ code: end.code, stdout: end.stdout }).toEqual({ code: 6, stdout: '' });
    expect(rows.deployments).toMatchObject([{ status: 'failed' }]);
    expect(rows.stages).toMatchObject([
      { stage: 'step', status: 'failed', exit_code: 6, error_message: 'exit code 6' },
    ]);
  });

  test('an option that needs a process is refused for a function before it runs', async () => {
    const { end } = await integrated(
      shell,
      `f() { echo ran; }\ndeploytrack phase run f --timeout 5s -- f\necho $?`,
    );
    expect(end.stdout).toBe('2\n');
    expect(end.stderr).toContain('--timeout cannot be used with f');
  });

  test('a wrong word is refused by the program, with the same exit code', async () => {
    const { end, rows } = await integrated(
      shell,
      `${begin}deploytrack phase start 'X y'; echo $?\ndeploytrack phase end build --exit-code boom; echo $?
deploytrack phase start 9a; echo $?\ndeploytrack phase frobnicate x; echo $?\ndeploytrack finish`,
    );
    expect(end.stdout).toBe('2\n2\n2\n2\n');
    expect(rows.stages).toEqual([]);
  });
});

describe.each(fast)('Marks without a process in $name', (shell) => {
  test('phase start and phase end need no program after the first ones', async () => {
    const { end, rows } = await integrated(
      shell,
      `set -eu
${begin}deploytrack phase start a
kept=$PATH
PATH=/nonexistent
deploytrack phase end a
f() { :; }
deploytrack phase run f -- f
deploytrack phase start b --service web
deploytrack phase end b --service web --exit-code 3
PATH=$kept
deploytrack finish`,
    );
    expect(end.stderr).toBe('');
    expect(rows.stages.map(({ stage, service, status }) => `${stage} ${service} ${status}`)).toEqual([
      'a app success',
      'b web failed',
      'f app success',
    ]);
  });

  test('marks change neither options, nor traps, nor descriptors, nor variables of the script', async () => {
    const state = `{ set +o; trap; echo "$-"; for f in /proc/$$/fd/*; do echo "$f"; done; echo "$IFS"; umask; pwd; }`;
    const { end } = await integrated(
      shell,
      `${begin}trap 'echo usr1' USR1
deploytrack phase start first; deploytrack phase end first
${state} >before
deploytrack phase start a; deploytrack phase end a --exit-code 0
f() { :; }; deploytrack phase run f -- f
${state} >after
diff -a before after && echo same
deploytrack finish`,
    );
    expect(end.stdout).toBe('same\n');
  });

  test('a mark follows the environment and the settings of that moment', async () => {
    const other = join(host.folder, `other-${shell.name}.db`);
    const { rows } = await integrated(
      shell,
      `${begin}deploytrack phase start a; deploytrack phase end a
export DEPLOYTRACK_SERVICE=web
deploytrack phase start b; deploytrack phase end b
unset DEPLOYTRACK_SERVICE
mkdir -p sub-${shell.name}; echo 'service: from-file' > sub-${shell.name}/deploytrack.yaml; cd sub-${shell.name}
deploytrack phase start c; deploytrack phase end c
cd ..
deploytrack phase start d; deploytrack phase end d
DEPLOYTRACK_LEDGER=${other} deploytrack phase start elsewhere
deploytrack finish`,
    );
    expect(rows.stages.map(({ stage, service }) => `${stage} ${service}`)).toEqual([
      'a app',
      'b web',
      'c from-file',
      'd app',
    ]);
    expect(recorded({ ...host, ledger: other }).stages).toMatchObject([{ stage: 'elsewhere' }]);
  });

  test('a link in the place of the journal is not followed', async () => {
    const target = join(host.folder, `target-${shell.name}`);
    writeFileSync(target, '');
    const { rows } = await integrated(
      shell,
      `${begin}deploytrack phase start a
rm "$DEPLOYTRACK_LEDGER.journal"; ln -s ${target} "$DEPLOYTRACK_LEDGER.journal"
deploytrack phase end a
rm "$DEPLOYTRACK_LEDGER.journal"
test -s ${target} && echo written
deploytrack finish`,
    );
    expect(rows.stages).toHaveLength(1);
  });

  test('16 subshells at once lose no mark', async () => {
    const { end, rows } = await integrated(
      shell,
      `${begin}deploytrack phase start warm; deploytrack phase end warm
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
  ( n=0; while [ $n -lt 20 ]; do deploytrack phase start w --service s$i; deploytrack phase end w --service s$i --exit-code $((n % 2)); n=$((n + 1)); done ) &
done
wait
deploytrack finish`,
    );
    expect(end.code).toBe(0);
    expect(rows.stages.filter(({ stage }) => stage === 'w')).toHaveLength(320);
    expect(rows.stages.filter(({ stage, exit_code }) => stage === 'w' && exit_code === 1)).toHaveLength(160);
  });
});

describe('The end of the script', () => {
  test.for(shells)(
    'a wrapped function in $name that calls exit ends its phase and the deployment with that code',
    async (shell) => {
      const { end, rows } = await integrated(
        shell,
        `${begin}f() { exit 4; }
deploytrack phase run f --service web -- f`,
      );
      expect(end.code).toBe(4);
      expect(rows.deployments).toMatchObject([{ status: 'failed' }]);
      expect(rows.stages).toMatchObject([{ stage: 'f', service: 'web', status: 'failed', exit_code: 4 }]);
    },
  );

  test.for(shells)(
    'a trap of the script in $name runs to its end, with functions as phases and a rollback in it',
    async (shell) => {
      const { end, rows } = await integrated(
        shell,
        `set -eu
${begin}f() { :; }
tidy() { deploytrack phase run t -- f; deploytrack rollback --reason bad -- f; echo tidied; }
trap tidy EXIT
deploytrack phase start a
sh -c 'exit 6'`,
      );
      expect([end.code, end.stdout]).toEqual([6, 'tidied\n']);
      expect(rows.deployments).toMatchObject([{ status: 'failed' }]);
      expect(rows.stages.map(({ stage, status }) => `${stage} ${status}`)).toEqual([
        'a failed',
        'rollback success',
        't success',
      ]);
    },
  );

  test.for(shells)(
    'the error of the deployment is the command that failed, if $name knows it',
    async (shell) => {
      const { rows } = await integrated(
        shell,
        `set -eu
${begin}deploytrack phase start a
sh -c 'exit 5'`,
      );
      const known = {
        bash:
          shell.name === 'another bash'
            ? /^((line 5: )?sh -c 'exit 5'|exit code 5)$/
            : /^line 5: sh -c 'exit 5'$/,
        zsh: /^line 5: sh -c 'exit 5'$/,
        sh: /^exit code 5$/,
      };
      expect(rows.deployments).toEqual([
        { deployment: 'app', status: 'failed', error: expect.stringMatching(known[shell.integration]) },
      ]);
    },
  );

  test('the error names the function in bash, and no error replaces that of a phase', async () => {
    const named = await integrated(bash, `set -eu\n${begin}unpack() {\n  ls /nope 2>/dev/null\n}\nunpack`);
    expect(named.rows.deployments[0]?.error).toBe('unpack (called on line 7): ls /nope 2> /dev/null');
    const wrapped = await integrated(bash, `set -eu\n${begin}deploytrack migrate -- sh -c 'exit 3'`);
    expect(wrapped.rows.deployments[0]?.error).toBe('phase migration: exit code 3');
  });

  test.for(shells)(
    'traps of the script in $name that are set before and later run, and the deployment is closed',
    async (shell) => {
      ledgers += 1;
      const ledger = join(host.folder, `${ledgers}.db`);
      const own = { ...host, ledger, env: { ...host.env, DEPLOYTRACK_LEDGER: ledger } };
      const script = (later: string) => `set -eu
trap 'echo "before $?"' EXIT
${loading(shell)}${begin}${later}
deploytrack phase run a -- true
sh -c 'exit 5'
`;
      const before = await runScript(own, { shell, script: script('') });
      expect({ code: before.code, stdout: before.stdout }).toEqual({ code: 5, stdout: 'before 5\n' });
      const later = await runScript(own, { shell, script: script(`trap 'echo "later $?"; exit 6' EXIT`) });
      expect({ code: later.code, stdout: later.stdout }).toEqual({ code: 6, stdout: 'later 5\n' });
      const statuses = recorded(own).deployments.map(({ status }) => status);
      expect(statuses).toEqual(['failed', 'failed']);
    },
  );

  test('a deployment of the caller, or one that a later step goes on with, is not closed', async () => {
    const id = (await host.quiet(['start'])).trim();
    const inherited = await integrated(bash, 'deploytrack phase start a; exit 1', {
      DEPLOYTRACK_ID: id,
      DEPLOYTRACK_LEDGER: host.ledger,
    });
    expect(inherited.end.code).toBe(1);
    expect(recorded(host).deployments).toMatchObject([{ status: 'in-progress' }]);
    const file = join(host.folder, 'github-env');
    writeFileSync(file, '');
    const step = `${begin}echo "DEPLOYTRACK_ID=$DEPLOYTRACK_ID" >>"$GITHUB_ENV"`;
    expect((await integrated(bash, step, { GITHUB_ENV: file })).rows.deployments).toMatchObject([
      { status: 'in-progress' },
    ]);
    const bare = await integrated(
      bash,
      `eval "$(deploytrack shell bash --without-trap)"; trap - EXIT\n${begin}exit 1`,
    );
    expect(bare.rows.deployments).toMatchObject([{ status: 'in-progress' }]);
  });
});

describe('A host without the program', () => {
  test.for(shells)(
    'the file for $name runs what is wrapped, records nothing, and says so once',
    async (shell) => {
      const bin = join(host.folder, `bare-${shell.name.replaceAll(' ', '-')}`);
      symlinkSync('/usr/bin', bin);
      const file = join(__dirname, `../../shell/deploytrack.${shell.integration}`);
      const script = `set -eu
. ${file}
DEPLOYTRACK_ID=$(deploytrack start --deployment app); export DEPLOYTRACK_ID
trap 'deploytrack finish --on-exit $? || :' EXIT
deploytrack phase start a
deploytrack migrate true
deploytrack migrate --count 3 -- sh -c 'echo migrated'
deploytrack phase run b --timeout 5s sh -c 'exit 3' || echo "code $?"
f() { X=1; }
deploytrack cutover --probe http://127.0.0.1:1/ -- f
deploytrack health http://127.0.0.1:1/ --timeout 0s || echo unhealthy
deploytrack finish
deploytrack finish --id x --on-exit 5 || echo "code $?"
deploytrack finish --on-exit=
echo "$DEPLOYTRACK_ID $X"
exit 4
`;
      const end = await runScript(host, { shell, script, env: { PATH: `${bin}:/bin` } });
      expect({ code: end.code, stdout: end.stdout }).toEqual({
        code: 4,
        stdout: 'migrated\ncode 3\nunhealthy\ncode 5\nnone 1\n',
      });
      expect(end.stderr.match(/deploytrack: warning:/g)).toHaveLength(2); // one is of the subshell of start
    },
  );
});
