import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { usageErrorWithHint } from '../cli/lines.ts';
import { powershell } from '../examples/powershell.ts';
import { noPowershell } from '../support/because.ts';
import { newProgram, type Program, programFile } from '../support/program.ts';

let program: Program;
let folder: string;
beforeAll(async () => {
  program = newProgram();
  folder = program.folder;
  for (const [shell, name] of [
    ['bash', 'd.bash'],
    ['fish', 'd.fish'],
    ['zsh', 'zsh/_deploytrack'],
    ['powershell', 'd.ps1'],
  ] as const) {
    mkdirSync(join(folder, 'zsh'), { recursive: true });
    writeFileSync(join(folder, name), (await program.run(['completion', shell])).stdout);
  }
  mkdirSync(join(folder, 'bin'));
  symlinkSync(programFile, join(folder, 'bin/deploytrack'));
  writeFileSync(join(folder, 'marks.jsonl'), '');
}, 60_000);

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function output(command: string, ...args: string[]): string[] {
  const { error, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (error !== undefined) throw error;
  expect(stderr).toBe('');
  return stdout.replaceAll('\r', '').split('\n');
}

/** What a shell offers after a line; `words` are the words of that line. */
const offered: Readonly<Record<string, (line: string) => string[]>> = {
  bash: (line) => output('bash', here('capture.bash'), 'd.bash', ...line.split(' ')),
  zsh: (line) =>
    output('zsh', '-f', here('capture.zsh'), join(folder, 'zsh'), line).flatMap(
      (one) => /^<([^<>]+)>$/.exec(one)?.[1] ?? [],
    ),
  fish: (line) =>
    output('fish', '--no-config', '-c', `source d.fish; complete -C '${line}'`).map(
      (one) => one.split('\t')[0] ?? '',
    ),
};

const cases: readonly [line: string, offers: readonly string[], not: string][] = [
  ['deploytrack st', ['start', 'stats'], 'history'],
  ['deploytrack phase ', ['start', 'end', 'record', 'run'], 'stats'],
  ['deploytrack phase start ve', ['venv_rebuild'], 'extract'],
  ['deploytrack stats --bu', ['--budget'], '--by'],
  ['deploytrack stats --by u', ['upgrade'], 'host'],
  ['deploytrack history --format ', ['table', 'json', 'csv', 'markdown'], '--format'],
  ['deploytrack import marks', ['marks.jsonl'], 'marks'],
  ['deploytrack completion z', ['zsh'], 'bash'],
  ['deploytrack migrate --count 3 --allow', ['--allow-failure'], '--budget'],
  ['deploytrack migrate --count 3 mkdi', ['mkdir'], '--count'],
  ['deploytrack migrate -- mkdi', ['mkdir'], '--count'],
  ['deploytrack phase run extract mkdi', ['mkdir'], 'extract'],
  ['deploytrack smoke login -- mkdi', ['mkdir'], 'login'],
];

describe.each(['bash', 'zsh', 'fish'])('Completion in %s', { timeout: 30_000 }, (shell) => {
  test.each(cases)('completion after "%s" offers %o', (line, offers, not) => {
    const found = (offered[shell] as (line: string) => string[])(line);
    expect(found).toEqual(expect.arrayContaining([...offers]));
    expect(found).not.toContain(not);
  });

  test('completion offers no options of deploytrack for the wrapped command', () => {
    const found = (offered[shell] as (line: string) => string[])('deploytrack migrate -- mkdir --allow');
    expect(found).not.toContain('--allow-failure');
  });
});

describe('Completion scripts of zsh and bash', { timeout: 30_000 }, () => {
  test('one line in the start-up file of bash or zsh enables completion', () => {
    const path = `${join(folder, 'bin')}:${process.env.PATH}`;
    const bash = spawnSync('bash', ['-c', 'source <(deploytrack completion bash); complete -p deploytrack'], {
      encoding: 'utf8',
      env: { PATH: path },
    });
    expect(bash.stdout).toBe('complete -F _deploytrack deploytrack\n');
    const lines =
      'autoload -Uz compinit; compinit -D; source <(deploytrack completion zsh); print $_comps[deploytrack]';
    const zsh = spawnSync('zsh', ['-f', '-c', lines], { encoding: 'utf8', env: { PATH: path } });
    expect(zsh.stdout).toBe('_deploytrack\n');
  });
});

test.skipIf(noPowershell())(
  'completion in PowerShell offers commands and values with the texts of the help, and nothing after --',
  { timeout: 60_000 },
  () => {
    const asked = (line: string) =>
      `(TabExpansion2 -inputScript '${line}' -cursorColumn ${line.length}).CompletionMatches | ForEach-Object { '{0}: {1}' -f $_.CompletionText, $_.ToolTip }`;
    const lines = [
      'deploytrack st',
      'deploytrack stats --by u',
      'deploytrack stats --bu',
      'deploytrack phase start ve',
      'deploytrack phase sta',
      'deploytrack ph',
      'deploytrack start --warnings=o',
      'deploytrack migrate -- mkdir --allow',
    ];
    const found = output(
      powershell as string,
      '-NoProfile',
      '-Command',
      `. ./d.ps1; ${lines.map(asked).join('; ')}`,
    );
    expect(found.filter((line) => line !== '')).toEqual([
      'start: start a deployment and print its ID',
      expect.stringMatching(/^stats: show /),
      'upgrade: upgrade',
      expect.stringMatching(/^--budget: [a-z]/),
      'venv_rebuild: venv_rebuild',
      'start: mark the start of a phase',
      expect.stringMatching(/^phase: [a-z]/),
      '--warnings=off: off',
    ]);
  },
);

test('completion for an unknown shell is a usage error', async () => {
  usageErrorWithHint(await program.run(['completion', 'tcsh']));
  expect((await program.run(['completion'])).code).toBe(2);
});
