import { describe, expect, test, vi } from 'vitest';
import { newProgram, type Program } from '../support/program.ts';
import { startRawServer } from '../support/rawServer.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Each of these would be a command of some CI if it were printed unchanged. */
const evil = [
  'a\n::set-output name=x::y',
  '##vso[task.setvariable variable=PATH]/evil',
  'mid ##[add-path]/evil',
  '\t ::add-mask::evil\r::stop-commands::evil',
  '##VSO[task.x]y ##teamcity[x]',
].join('\n');
const cis: Readonly<Record<string, Record<string, string>>> = {
  'GitHub Actions': { GITHUB_ACTIONS: 'true' },
  'Azure DevOps': { TF_BUILD: 'True' },
};

/** Everything in a text on which a CI would act. */
function commands(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .filter((line) => /^\s*::|##(?:[a-z]{1,20})?\[/i.test(line))
    .filter(
      (line) =>
        !/^(?:::warning title=deploytrack::|##vso\[task\.logissue type=warning\])(?!.*##[a-z]*\[)/i.test(
          line,
        ),
    );
}

async function hostile(): Promise<Program> {
  const program = newProgram();
  const id = ['--id', 'd'];
  await program.run([
    'start',
    '--deployment',
    'a ##[x]',
    '--version',
    '::error::x',
    '--method',
    '##[x] y',
    '--triggered-by',
    '::x::',
    ...id,
  ]);
  await program.run(['phase', 'record', 'x', '--duration', '1s', '--error', evil, ...id]);
  await program.run([
    'phase',
    'run',
    'y',
    '--keep-stderr',
    ...id,
    '--',
    'sh',
    '-c',
    'printf %s "$1" >&2; exit 1',
    'sh',
    evil,
  ]);
  await program.run(['smoke', '::group::t', '--failed', '--error', evil, ...id]);
  await program.run(['rollback', '--reason', '::error::x ##[x]', '--of', 'd']);
  await program.run(['finish', '--notes', evil, '--error', evil, ...id]);
  return program;
}

const reading: readonly (readonly string[])[] = [
  ['show', 'd'],
  ['show', 'd', '--json'],
  ['show', 'd', '--format', 'markdown'],
  ['history'],
  ['history', '--json'],
  ['history', '--format', 'csv'],
  ['history', '--format', 'markdown'],
  ['stats'],
  ['stats', '--by', 'version'],
  ['report', '--since', '7d'],
  ['report', '--since', '7d', '--format', 'markdown'],
  ['compare', 'd', 'd'],
  ['export'],
  ['doctor'],
];

describe.each(Object.entries(cis))('In %s', (_, env) => {
  test('a command that reads the ledger prints no CI command', async () => {
    const program = await hostile();
    for (const words of reading) {
      const outside = await program.run(words);
      const inside = await program.run(words, { env });
      expect([words, commands(inside.stdout + inside.stderr)]).toEqual([words, []]);
      expect(inside.code).toBe(outside.code);
    }
    expect(commands((await program.run(['show', 'd'])).stdout).length).toBeGreaterThan(3);
  });

  test('JSON output in a CI has the same content as outside', async () => {
    const program = await hostile();
    for (const words of [['show', 'd', '--json'], ['history', '--json'], ['export']]) {
      const [outside, inside] = [await program.run(words), await program.run(words, { env })];
      const parsed = (text: string) =>
        words[0] === 'export'
          ? text
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line))
          : JSON.parse(text);
      expect(parsed(inside.stdout)).toEqual(parsed(outside.stdout));
      expect(JSON.stringify(parsed(inside.stdout))).toContain('##vso[task');
    }
  });

  test('machine-readable output in a CI is byte for byte the same as outside', async () => {
    const program = await hostile();
    for (const words of [
      ['push', '--dry-run'],
      ['rules'],
      ['completion', 'bash'],
      ['completion', 'zsh'],
      ['completion', 'fish'],
      ['completion', 'powershell'],
      ['--help'],
      ['--version'],
    ]) {
      const [outside, inside] = [await program.run(words), await program.run(words, { env })];
      expect([words, inside.stdout]).toEqual([words, outside.stdout]);
    }
    expect(
      (await program.run(['start', '--deployment', 'b', '--version', '1', '--id', 'other'], { env })).stdout,
    ).toBe('other\n');
  });

  test('invalid arguments and service responses are not printed as CI commands', async () => {
    const answer = await startRawServer((socket) =>
      socket.end('HTTP/1.1 500 ##vso[task.prependpath]/evil ##[add-path]/evil\r\nContent-Length: 0\r\n\r\n'),
    );
    const program = newProgram({ env });
    const health = ['health', `${answer.url}/`, '--timeout', '300ms', '--interval', '100ms'];
    for (const words of [
      health,
      [evil],
      ['start', evil],
      ['start', `--${evil}`],
      ['show', evil],
      ['import', evil],
      ['phase', 'start', 'x', '--id', 'a', '--gateway', evil],
      ['extract', '--id', 'a', '--', evil],
    ]) {
      const end = await program.run(words);
      expect([words, commands(end.stdout + end.stderr)]).toEqual([words, []]);
      expect(end.stderr).not.toBe('');
    }
    await answer.stop();
  });

  test('a mark printed because no file could store it can still be imported', async () => {
    const nowhere = {
      DEPLOYTRACK_LEDGER: '/proc/none/d.db',
      XDG_RUNTIME_DIR: '/proc/none',
      DEPLOYTRACK_JOURNAL_FALLBACK: '/proc/none',
    };
    const { stderr } = await newProgram().run(['finish', '--notes', evil, '--id', 'd'], {
      env: { ...env, ...nowhere },
    });
    expect(commands(stderr)).toEqual([]);
    const line = stderr.split('\n').find((one) => one.startsWith('deploytrack-mark: ')) ?? '';
    expect(JSON.parse(line.slice('deploytrack-mark: '.length)).notes).toBe(evil);
  });

  test('output of a wrapped command is passed on unchanged in a CI', async () => {
    const program = newProgram({ env });
    for (const keep of [[], ['--keep-stderr']]) {
      const end = await program.run([
        'phase',
        'run',
        'x',
        ...keep,
        '--id',
        'none',
        '--',
        'sh',
        '-c',
        'printf %s "$1"; printf %s "$1" >&2',
        'sh',
        evil,
      ]);
      expect(end.stdout).toBe(evil);
      expect(end.stderr.startsWith(evil)).toBe(true);
    }
  });
});

test('outside of a CI no output is changed', async () => {
  const program = await hostile();
  expect((await program.run(['show', 'd'])).stdout).toContain('##vso[task.setvariable variable=PATH]/evil');
});

test('a warning has the form of its CI system, and no text inside it can end or change that form', async () => {
  const message = '50% ; ] ::error::x ##[y] \u202e\u200b';
  const env = { DEPLOYTRACK_GATEWAY_TIMEOUT: message };
  const program = newProgram();
  const [github, azure] = [
    await program.run(['phase', 'end', 'x', '--id', 'd'], { env: { ...env, GITHUB_ACTIONS: 'true' } }),
    await program.run(['phase', 'end', 'x', '--id', 'd'], { env: { ...env, TF_BUILD: 'True' } }),
  ];
  expect(github.stderr).toMatch(
    /^::warning title=deploytrack::[^\n]*50%25 ; \] ::error::x # #\[y\] \\\\?u202e\\\\?u200b/m,
  );
  expect(azure.stderr).toMatch(
    /^##vso\[task\.logissue type=warning\][^\n]*50%AZP25 %3B %5D ::error::x # #\[y%5D \\\\?u202e\\\\?u200b/m,
  );
});
