// bench-shell.mjs <rounds>: what a mark costs in bash and zsh with the integration, beside a fork and exec of /bin/true and what
// scripts do without it. Each round measures everything once, in turns; printed are the medians and the ratios to /bin/true.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const rounds = Number(process.argv[2] ?? 9);
const folder = mkdtempSync(join(tmpdir(), 'deploytrack-bench-'));
mkdirSync(join(folder, 'bin'));
symlinkSync(resolve('bin/deploytrack.js'), join(folder, 'bin/deploytrack'));
chmodSync(resolve('bin/deploytrack.js'), 0o755);

/** What is measured: a name, how often a round does it, and the commands in the shell. */
const candidates = [
  ['/bin/true', 100, '/bin/true'],
  ['a mark by the integration', 2000, 'deploytrack phase start a'],
  ['the same with --exit-code', 1000, 'deploytrack phase end a --exit-code 0'],
  ['a wrapped function by the integration', 400, 'deploytrack phase run f -- f'],
  ['date, sqlite3 and curl by hand', 5, 'by_hand'],
  ['python3 with sqlite3 and urllib', 3, 'by_python'],
  ['a mark by the program', 3, 'by_program'],
];

const script = (shell) => `
${shell === 'zsh' ? 'zmodload zsh/datetime' : ''}
eval "$(deploytrack shell ${shell})"
DEPLOYTRACK_ID=$(deploytrack start --deployment bench --version 1); export DEPLOYTRACK_ID
f() { :; }
by_hand() {
  sqlite3 own.db "INSERT INTO t VALUES ('a', '$(date -u +%FT%T.%NZ)')"
  curl -s --max-time 1 --data-binary 'x 1' http://127.0.0.1:1/metrics/job/x
}
by_program() { DEPLOYTRACK_LEDGER=$PWD/program.db command deploytrack phase end a; }
by_python() { python3 -c 'import sqlite3, urllib.request; c = sqlite3.connect("own.db"); c.execute("INSERT INTO t VALUES (1, 2)"); c.commit()'; }
sqlite3 own.db 'CREATE TABLE IF NOT EXISTS t (a, b)'
deploytrack phase start a
deploytrack phase end a
measure() { # <times> <command…>
  local times=$1 i=0 began ended
  shift
  began=$EPOCHREALTIME
  while [ $i -lt $times ]; do "$@" >/dev/null 2>&1; i=$((i + 1)); done
  ended=$EPOCHREALTIME
  echo "$began $ended $times"
}
for round in $(seq ${rounds}); do
${candidates.map(([, times, command]) => `  measure ${times} ${command}\n  measure ${times} :`).join('\n')}
done
deploytrack finish --discard >/dev/null 2>&1
`;

try {
  console.log(`${rounds} rounds; microseconds, without the loop`);
  for (const shell of ['bash', 'zsh']) print(shell, measured(shell));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function measured(shell) {
  const file = join(folder, `bench.${shell}`);
  writeFileSync(file, script(shell));
  const env = {
    ...process.env,
    PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:${process.env.PATH}`,
    DEPLOYTRACK_LEDGER: join(folder, `${shell}.db`),
    DEPLOYTRACK_SETTINGS_ROOT: folder,
  };
  const { stdout } = spawnSync(shell, [file], { cwd: folder, env, encoding: 'utf8', maxBuffer: 1e8 });
  const times = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number))
    .map(([began, ended, count]) => ((ended - began) / count) * 1e6);
  return candidates.map(([name], at) => {
    const own = [];
    for (let from = at * 2; from < times.length; from += candidates.length * 2)
      own.push(times[from] - times[from + 1]);
    return { name, microseconds: own.sort((a, b) => a - b)[Math.floor(own.length / 2)] };
  });
}

function print(shell, rows) {
  const [yardstick] = rows;
  console.log(`\n${shell.padEnd(44)}${'µs'.padStart(9)}  ratio to /bin/true`);
  for (const { name, microseconds } of rows)
    console.log(
      `${name.padEnd(44)}${microseconds.toFixed(1).padStart(9)}${(microseconds / yardstick.microseconds).toFixed(3).padStart(9)}`,
    );
}
