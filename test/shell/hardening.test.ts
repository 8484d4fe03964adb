import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { countedNames } from '../../src/text/countedNames.ts';
import type { Program } from '../support/program.ts';
import { loading, newScriptHost, recorded, runScript, type Shell, shells } from './shells.ts';

vi.setConfig({ testTimeout: 120_000 });

let host: Program;
beforeAll(() => {
  host = newScriptHost();
});
afterAll(() => rmSync(host.folder, { recursive: true, force: true }));

const begin = 'DEPLOYTRACK_ID=$(deploytrack start); export DEPLOYTRACK_ID\n';
const named = (name: string) => shells.filter((one) => one.name === name);
let ledgers = 0;

async function integrated(shell: Shell, script: string) {
  ledgers += 1;
  const ledger = join(host.folder, `hard-${ledgers}.db`);
  const own = { ...host, ledger, env: { ...host.env, DEPLOYTRACK_LEDGER: ledger } };
  const end = await runScript(own, { shell, script: `${loading(shell)}${script}\n` });
  return { end, rows: recorded(own) };
}

test.for([...named('bash'), ...named('zsh'), ...named('dash')])(
  'a shell like $name that loads the integration twice, under set -a and with an odd IFS, still closes its deployment',
  async (shell) => {
    const { end, rows } = await integrated(
      shell,
      `set -eua\n${begin}${loading(shell)}set +a\nIFS=0123456789yae
f() { exit 3; }
deploytrack phase start w --service web; deploytrack phase end w --service web
deploytrack finish --statuss x || echo "refused $?"
deploytrack phase run f --service web --count 1 -- f`,
    );
    expect([end.code, end.stdout]).toEqual([3, 'refused 2\n']);
    expect(rows.deployments).toMatchObject([{ status: 'failed' }]);
    expect(rows.stages.map(({ stage, exit_code }) => `${stage} ${exit_code}`)).toEqual(['f 3', 'w null']);
  },
);

test.for([...named('bash'), ...named('zsh')])(
  'a script in $name that goes on with the deployment of another one, or only inherits the functions, does not close it',
  async (shell) => {
    const run = shell.command.join(' ');
    const { rows } = await integrated(
      shell,
      `set -a\n${loading(shell)}${begin}set +a
cat > step.sh <<'E'
${loading(shell)}export DEPLOYTRACK_ID=$1
deploytrack phase start a; deploytrack phase end a
E
id=$DEPLOYTRACK_ID
DEPLOYTRACK_ID= ${run} step.sh "$id"
${run} -c 'deploytrack phase start b; deploytrack phase end b'
deploytrack finish`,
    );
    expect(rows.deployments).toMatchObject([{ status: 'success' }]);
    expect(rows.stages.map(({ stage }) => stage)).toEqual(['a', 'b']);
  },
);

test.for([...named('bash'), ...named('zsh')])(
  'functions of the script named echo and printf, and a pipe or folder as journal, harm no mark in $name',
  async (shell) => {
    const { end, rows } = await integrated(
      shell,
      `${begin}echo() { builtin echo "[log] $*"; }; printf() { builtin printf "[log] $@"; }
f() { :; }
deploytrack phase run f -- f; deploytrack phase start a; deploytrack phase end a
rm "$DEPLOYTRACK_LEDGER.journal"; mkfifo "$DEPLOYTRACK_LEDGER.journal"
deploytrack phase start b 2>&1; deploytrack phase end b 2>&1
rm "$DEPLOYTRACK_LEDGER.journal"
deploytrack finish`,
    );
    expect(end.stderr).toBe('');
    expect(rows.stages.map(({ stage, status }) => `${stage} ${status}`)).toContain('b success');
  },
);

test('an ERR trap of a script in bash with set -E sees the line of the script, once', async () => {
  const [bash] = named('bash');
  if (bash === undefined) throw new Error('no bash');
  const { end } = await integrated(
    bash,
    `${begin}set -E; trap 'echo "line $LINENO"' ERR
deploytrack phase end b --exit-code boom 2>/dev/null
deploytrack migrate -- sh -c 'exit 3'
deploytrack finish --on-exit 5
trap - ERR`,
  );
  expect(end.stdout).toBe('line 4\nline 5\nline 6\n');
});

test('zsh prints nothing with warn_create_global, keeps err_return, and closes after exit in nested functions', async () => {
  const [zsh] = named('zsh');
  if (zsh === undefined) throw new Error('no zsh');
  const { end, rows } = await integrated(
    zsh,
    `setopt warn_create_global no_unset ksh_arrays sh_word_split null_glob
${begin}deploytrack phase start a; deploytrack phase end a
f() { setopt local_options err_return; sh -c 'exit 7'; echo never; }
deploytrack phase run f -- f || echo "code $?"
die() { exit 3; }; main() { die; }
main`,
  );
  expect({ code: end.code, stderr: end.stderr }).toEqual({ code: 3, stderr: '' });
  expect(rows.deployments).toMatchObject([{ status: 'failed' }]);
});

test('names are told once with their number, and at most ten of them', () => {
  expect(countedNames(['a', 'b', 'a'])).toEqual({ text: 'a (2 runs), b', isOne: false });
  expect(countedNames(Array.from({ length: 12 }, (_, at) => `p${at}`)).text).toMatch(/p9 and 2 more$/);
});
