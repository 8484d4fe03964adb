import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { noPowershell } from '../support/because.ts';
import { endOf, newProgram, type Program, type ProgramEnd, programFile } from '../support/program.ts';
import { powershell } from './powershell.ts';

const examples = fileURLToPath(new URL('../../examples/shim/', import.meta.url));

/** What is in PATH as `deploytrack`. */
type Installed =
  | 'the real program'
  | 'nothing'
  | 'a hung Node'
  | 'a hung Node that ignores SIGTERM'
  | 'no Node'
  | number;

/** A host on which deploytrack is like that. */
function hostWith(installed: Installed): Program {
  const host = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app', DEPLOYTRACK_VERSION: '1' } });
  const bin = join(host.folder, 'bin');
  mkdirSync(bin);
  const file = join(bin, 'deploytrack');
  const write = (text: string) => writeFileSync(file, text, { mode: 0o755 });
  if (installed === 'the real program') symlinkSync(programFile, file);
  else if (installed === 'no Node') write('#!/usr/bin/env no-such-node\n');
  else if (installed === 'a hung Node') write('#!/bin/sh\nexec sleep 1000\n');
  else if (installed === 'a hung Node that ignores SIGTERM')
    write('#!/bin/sh\ntrap "" TERM\nexec sleep 1000\n');
  else if (typeof installed === 'number') write(`#!/bin/sh\nexit ${installed}\n`);
  const nodeFolder = installed === 'the real program' ? `${dirname(process.execPath)}:` : '';
  // The limits of the shim, for a test that does not wait for them.
  if (String(installed).startsWith('a hung Node')) {
    const text = `#!/bin/sh
[ "$1" != -k ] || { shift 2; kill='-k 0.1'; }
shift
exec /usr/bin/timeout $kill 0.3 "$@"
`;
    writeFileSync(join(bin, 'timeout'), text, { mode: 0o755 });
  }
  chmodSync(bin, 0o755);
  return { ...host, env: { ...host.env, PATH: `${bin}:${nodeFolder}/usr/bin:/bin` } };
}

function runIn(host: Program, command: readonly string[]): Promise<ProgramEnd> {
  const [name = '', ...args] = command;
  return endOf(
    spawn(name, args, { cwd: host.folder, env: { ...host.env }, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
}

const script = `. ${examples}deploytrack-shim.sh
DEPLOYTRACK_ID=$(deploytrack start --deployment app); export DEPLOYTRACK_ID
trap 'deploytrack finish --on-exit $? || :' EXIT
deploytrack phase start warm
deploytrack phase end warm
deploytrack extract -- sh -c 'echo to-stdout; echo to-stderr >&2; echo once >>ran'
deploytrack migrate --count 3 sh -c 'echo "$1"' sh 'two words'
deploytrack phase run b --try -- sh -c 'exit 3' || echo "code $?"
deploytrack smoke login -- true
deploytrack cutover -- sh -c 'kill -TERM $$' || echo "signal $?"
deploytrack rollback --reason x
deploytrack error-rate 0.1
deploytrack run --id inner -- sh -c 'exit 5' || echo "run $?"
deploytrack finish --id inner --on-exit 6 || echo "finish $?"
deploytrack finish --id inner --on-exit= 2>/dev/null
deploytrack history >/dev/null 2>&1 && echo known || echo unknown
deploytrack phase run last -- sh -c 'exit 4'
echo not reached
`;
const output = (history: string) => `to-stdout\ntwo words\ncode 3\nsignal 143\nrun 5\nfinish 6\n${history}\n`;

const shells: readonly (readonly string[])[] = [
  ['bash', '-euo', 'pipefail'],
  ['dash', '-eu'],
  ['busybox', 'sh', '-eu'],
];

describe.each(shells)('Shim in %s', (...shell) => {
  const run = (host: Program, text = script) => {
    writeFileSync(join(host.folder, 'deploy.sh'), text);
    return runIn(host, [...shell, 'deploy.sh']);
  };

  test.each<Installed>(['nothing', 'no Node', 126, 139])(
    'commands run as they are and are reported once if deploytrack is: %s',
    async (installed) => {
      const host = hostWith(installed);
      const end = await run(host);
      expect({ code: end.code, stdout: end.stdout }).toEqual({ code: 4, stdout: output('unknown') });
      expect(readFileSync(join(host.folder, 'ran'), 'utf8')).toBe('once\n');
      const code = typeof installed === 'number' ? installed : 127;
      const warning = `deploytrack: warning: deploytrack cannot be run here (exit code ${code}); nothing is recorded\n`;
      // One of them is of the subshell of start.
      expect(end.stderr.replaceAll(/^Terminated\n/gm, '')).toBe(`${warning}${warning}to-stderr\n`);
    },
  );

  const once = shell[0] === 'bash' ? test : () => {};
  once('commands are recorded, with the same output and exit code, if deploytrack works', async () => {
    const host = hostWith('the real program');
    const end = await run(host);
    expect({ code: end.code, stdout: end.stdout }).toEqual({ code: 4, stdout: output('known') });
    expect(end.stderr).not.toContain('cannot be run');
    expect(host.rows("SELECT stage FROM deployment_stages WHERE stage = 'last'")).toHaveLength(1);
    expect(readFileSync(join(host.folder, 'ran'), 'utf8')).toBe('once\n');
  });
});

describe('Shim of POSIX shells', () => {
  const source = `set -euo pipefail\n. ${examples}deploytrack-shim.sh\n`;
  const bash = async (host: Program, text: string) => {
    writeFileSync(join(host.folder, 'deploy.sh'), source + text);
    return runIn(host, ['bash', 'deploy.sh']);
  };

  test.each([
    ['a hung Node', 124],
    ['a hung Node that ignores SIGTERM', 137],
  ] as const)('%s is given up after its time limit', async (installed, code) => {
    const end = await bash(hostWith(installed), 'deploytrack migrate -- echo done\ndeploytrack start\n');
    expect(end).toMatchObject({
      code: 0,
      stdout: 'done\nnone\n',
      stderr: expect.stringContaining(`exit code ${code}`),
    });
  });

  test('a program that crashes only in some commands neither keeps a command from running nor runs it twice', async () => {
    const host = hostWith(0);
    const file = join(host.folder, 'bin', 'deploytrack');
    // It crashes before, or after, the wrapped command.
    writeFileSync(
      file,
      `#!/bin/sh\n[ "$1" != --version ] || exit 0\n[ "$1" = migrate ] || exit 139\nshift 2\n"$@"\nexit 139\n`,
    );
    const text = `deploytrack extract -- sh -c 'echo a; exit 3' || echo "code $?"
deploytrack migrate -- echo b || echo "code $?"
deploytrack phase start x
deploytrack start`;
    const end = await bash(host, text);
    expect(end).toMatchObject({ code: 0, stdout: 'a\ncode 3\nb\ncode 139\nnone\n' });
    expect(end.stderr.match(/cannot be run/g)).toHaveLength(1);
  });

  test('a failure before the wrapped command is a refusal only with --exclusive of deploytrack itself', async () => {
    const host = hostWith(0);
    const file = join(host.folder, 'bin', 'deploytrack');
    writeFileSync(file, '#!/bin/sh\n[ "$1" = --version ] || exit 1\n');
    const text = `deploytrack run -- echo --exclusive
deploytrack run --exclusive -- echo refused || echo "code $?"`;
    expect(await bash(host, text)).toMatchObject({ code: 0, stdout: '--exclusive\ncode 1\n' });
  });

  test('marks are recorded in a script that has set IFS', async () => {
    const host = hostWith('the real program');
    const text = `IFS=$'\\n\\t'
DEPLOYTRACK_ID=$(deploytrack start --id ifs); export DEPLOYTRACK_ID
deploytrack phase start x
deploytrack extract -- printf '%s.' 'a b' '' '*' $'c\\nd' "$DEPLOYTRACK_ID"
deploytrack finish`;
    expect(await bash(host, text)).toMatchObject({ code: 0, stdout: 'a b..*.c\nd.ifs.' });
    expect(host.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
      { status: 'success' },
    ]);
    expect(host.rows('SELECT stage FROM deployment_stages')).toHaveLength(2);
  });

  test('a wrapped command gets exported functions and variables whose name is not a word', async () => {
    const host = hostWith(0);
    const file = join(host.folder, 'bin', 'deploytrack');
    writeFileSync(
      file,
      '#!/usr/bin/env -S bash --posix\n[ "$1" != --version ] || exit 0\nshift 2\nexec env a.b=c "$@"\n',
    );
    const text = `f() { echo "in f"; }
export -f f
export BASH_ENV=$PWD/env.sh
echo 'echo BASH_ENV' >env.sh
deploytrack migrate -- env | LC_ALL=C sort | grep -E '^(a\\.b=|BASH_FUNC_f)'
deploytrack migrate -- env BASH_ENV= bash -c f`;
    expect(await bash(host, text)).toMatchObject({
      code: 0,
      stdout: 'BASH_FUNC_f%%=() {  echo "in f"\na.b=c\nin f\n',
    });
  });

  test('a command runs once if the file that shows its start cannot be removed', async () => {
    const host = hostWith(0);
    const bin = join(host.folder, 'bin');
    writeFileSync(join(bin, 'deploytrack'), '#!/bin/sh\n[ "$1" != --version ] || exit 0\nshift 2\n"$@"\n');
    writeFileSync(join(bin, 'rm'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const end = await bash(host, 'deploytrack migrate -- echo once || :\n');
    expect(end.stdout).toBe('once\n');
  });

  test('an ID that start has printed stays if start fails afterwards', async () => {
    const host = hostWith(0);
    writeFileSync(
      join(host.folder, 'bin', 'deploytrack'),
      '#!/bin/sh\n[ "$1" != --version ] || exit 0\necho the-id\nexit 139\n',
    );
    expect(await bash(host, 'deploytrack start\n')).toMatchObject({ code: 0, stdout: 'the-id\n' });
  });

  test('answers of the program stay: a refused start, and a usage error of a mark', async () => {
    const host = hostWith('the real program');
    const text = `deploytrack start --id a >/dev/null
deploytrack start --exclusive --id b >/dev/null 2>&1 || echo "refused $?"
deploytrack run --exclusive -- echo ran 2>/dev/null || echo "refused $?"
DEPLOYTRACK_FREEZE='Mon-Sun UTC' deploytrack run --gate -- echo ran 2>/dev/null || echo "frozen $?"
deploytrack run --gate --hotfix x -- echo ran 2>/dev/null || echo "unnamed $?"
deploytrack run --gate=true -- echo ran 2>/dev/null || echo "mistyped $?"
deploytrack phase start 'X y' 2>/dev/null || echo "usage $?"
deploytrack extract --no-such-option -- echo ran 2>/dev/null`;
    const end = await bash(host, text);
    expect(end).toMatchObject({
      code: 0,
      stdout: 'refused 1\nrefused 1\nfrozen 1\nunnamed 2\nmistyped 2\nusage 2\nran\n',
    });
  });

  test('health asks by curl if deploytrack cannot be run, and fails if nothing responds', async () => {
    const end = await bash(
      hostWith('nothing'),
      'deploytrack health http://127.0.0.1:1/ --timeout 0s || echo "unhealthy $?"\ndeploytrack health -- true && echo healthy\n',
    );
    expect(end).toMatchObject({ code: 0, stdout: 'unhealthy 1\nhealthy\n' });
  });

  test('DEPLOYTRACK_WARNINGS=off hides the warning too', async () => {
    const end = await bash(
      hostWith('nothing'),
      'export DEPLOYTRACK_WARNINGS=off\ndeploytrack extract -- true\n',
    );
    expect(end).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});

const powershellScript = `. ${examples}Deploytrack-Shim.ps1
$env:DEPLOYTRACK_ID = deploytrack start --deployment app
deploytrack phase start warm
deploytrack phase end warm
deploytrack extract '--' sh -c 'echo to-stdout; echo to-stderr >&2; echo once >>ran'
deploytrack migrate --count 3 sh -c 'echo "$1"' sh 'two words'
deploytrack phase run b --try '--' sh -c 'exit 3'
"code $LASTEXITCODE"
deploytrack smoke login '--' true
deploytrack cutover '--' no-such-command
"code $LASTEXITCODE"
deploytrack cutover '--' sh -c 'exit 7'
"code $LASTEXITCODE"
deploytrack rollback --reason x
deploytrack error-rate 0.1
"code $LASTEXITCODE"
try { deploytrack history *> $null } catch { $global:LASTEXITCODE = 1 }
if ($LASTEXITCODE) { 'unknown' }
deploytrack finish --id x --on-exit 4
exit $LASTEXITCODE
`;

describe.skipIf(noPowershell())('Shim of PowerShell', () => {
  const run = (host: Program, text = powershellScript) => {
    const file = join(host.folder, 'deploy.ps1');
    writeFileSync(file, `$ErrorActionPreference = 'Stop'\nSet-StrictMode -Version 2\n${text}`);
    const own = { POWERSHELL_TELEMETRY_OPTOUT: '1', POWERSHELL_UPDATECHECK: 'Off' };
    return runIn({ ...host, env: { ...host.env, ...own } }, [
      powershell ?? '',
      '-NoProfile',
      '-NonInteractive',
      '-File',
      file,
    ]);
  };
  // After the parts that PowerShell changes: arguments like `-p:x`, lists, a `--` of the command, standard input.
  const asGiven = `deploytrack extract '--' printf '<%s>' -p:Release -o:a,b '-q' '' 'a b' ('l', 'm') 1.10
''
deploytrack migrate printf '<%s>' run '--' --force
''
'from a pipeline' | deploytrack smoke piped '--' cat
`;
  const given = '<-p:Release><-o:a,b><-q><><a b><l><m><1.10>\n<run><--><--force>\nfrom a pipeline\n';
  const expected = 'to-stdout\ntwo words\ncode 3\ncode 127\ncode 7\ncode 0\nunknown\n';

  test('commands run as they are and are reported once if deploytrack is missing, crashes or hangs', async () => {
    const host = hostWith('nothing');
    const [crashing, hanging] = [139, 'a hung Node' as const].map((one) =>
      join(hostWith(one).folder, 'bin'),
    ) as [string, string];
    const tryIn = (bin: string) => `$env:PATH = '${bin}:/usr/bin:/bin'
. ${examples}Deploytrack-Shim.ps1
deploytrack extract '--' sh -c 'exit 5'
"code $LASTEXITCODE"
deploytrack start
`;
    const others = `$DeploytrackShimSeconds = 1\n${tryIn(crashing)}${tryIn(hanging)}`;
    // What Windows PowerShell reads: 5.1 has the same parser for it.
    const parse = `$problems = $null
[void][System.Management.Automation.PSParser]::Tokenize((Get-Content -Raw ${examples}Deploytrack-Shim.ps1), [ref]$problems)
"problems $($problems.Count)"
`;
    const text = powershellScript.replace(
      'deploytrack finish --id',
      `${asGiven}${others}${parse}deploytrack finish --id`,
    );
    const end = await run(host, text);
    expect(end).toMatchObject({
      code: 4,
      stdout: `${expected}${given}code 5\nnone\ncode 5\nnone\nproblems 0\n`,
    });
    expect(readFileSync(join(host.folder, 'ran'), 'utf8')).toBe('once\n');
    const warning = (code: number) =>
      `deploytrack: warning: deploytrack cannot be run here (exit code ${code}); nothing is recorded\n`;
    const missing = /^The term 'no-such-command' is not recognized [\s\S]*? try again\.\n/m;
    expect(end.stderr).toMatch(missing);
    expect(end.stderr.replace(missing, '')).toBe(`${warning(127)}to-stderr\n${warning(139)}${warning(124)}`);
  });

  test('commands are recorded, with the same output and exit code, if deploytrack works', async () => {
    const host = hostWith('the real program');
    const text = `. ${examples}Deploytrack-Shim.ps1
$env:DEPLOYTRACK_ID = deploytrack start --deployment app
deploytrack migrate --count 3 sh -c 'echo "$1"' sh 'two words'
deploytrack phase run b --try '--' sh -c 'exit 3'
"code $LASTEXITCODE"
deploytrack cutover '--' no-such-command
"code $LASTEXITCODE"
${asGiven}deploytrack phase run b --try '--' sh -c 'exit 3'
"success $?"
deploytrack finish --id $env:DEPLOYTRACK_ID --on-exit 4
exit $LASTEXITCODE
`;
    const end = await run(host, text);
    expect({ code: end.code, stdout: end.stdout }).toEqual({
      code: 4,
      stdout: `two words\ncode 3\ncode 127\n${given}success False\n`,
    });
    expect(end.stderr).not.toContain('cannot be run');
    expect(host.rows('SELECT stage FROM deployment_stages')).toHaveLength(6);
  });

  test('the shim has no syntax that only PowerShell 7 reads', () => {
    const shim = readFileSync(join(examples, 'Deploytrack-Shim.ps1'), 'utf8');
    const code = shim.replaceAll(/^\s*#.*$|'[^'\n]*'/gm, '');
    expect(code).not.toMatch(/\?\?|\?\.|&&|\|\|| \? .* : /);
    expect(shim).toMatch(/^[\x00-\x7f]*$/); // 5.1 reads other bytes in the code page of the host
  });
});
