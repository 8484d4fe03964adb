import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { newProgram, type Program, type ProgramEnd } from '../support/program.ts';
import { usageErrorWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 30_000 });

const start = ['start', '--deployment', 'app', '--version', '1'];
const environmentOf = (program: Program) =>
  program.rows('SELECT environment FROM deployment_metrics').map((row) => row.environment);

describe('Precedence of settings', () => {
  const file = (program: Program) =>
    writeFileSync(join(program.folder, 'deploytrack.yaml'), 'environment: of-file\n');
  const env = { DEPLOYTRACK_ENVIRONMENT: 'of-variable' };

  test('an option takes precedence over all other sources', async () => {
    const program = newProgram({ env });
    file(program);
    await program.quiet([...start, '--environment', 'of-option']);
    expect(environmentOf(program)).toEqual(['of-option']);
  });

  test('the environment takes precedence over the settings file', async () => {
    const program = newProgram({ env });
    file(program);
    await program.quiet(start);
    expect(environmentOf(program)).toEqual(['of-variable']);
  });

  test('the settings file is used if the variable is missing or empty', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_ENVIRONMENT: '' } });
    file(program);
    await program.quiet(start);
    expect(environmentOf(program)).toEqual(['of-file']);
  });

  test('the default is used if a setting is given nowhere', async () => {
    const program = newProgram();
    await program.quiet(start);
    expect(environmentOf(program)).toEqual(['production']);
  });

  test('doctor shows each setting with its source', async () => {
    const program = newProgram({ env });
    writeFileSync(join(program.folder, 'deploytrack.yaml'), 'service: web\n');
    const { stdout } = await program.run(['doctor', '--deployment', 'app']);
    expect(stdout).toMatch(/^environment +of-variable +DEPLOYTRACK_ENVIRONMENT$/m);
    expect(stdout).toMatch(/^service +web +.*deploytrack\.yaml: service$/m);
    expect(stdout).toMatch(/^deployment +app +--deployment$/m);
    expect(stdout).toMatch(/^method +- +default$/m);
  });
});

describe('Settings file', () => {
  test('the settings file is searched from the working folder upwards, and the nearest is used', async () => {
    const program = newProgram();
    const cwd = join(program.folder, 'a/b');
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(program.folder, 'deploytrack.yaml'), 'environment: above\n');
    await program.quiet(start, { cwd });
    writeFileSync(join(program.folder, 'a/deploytrack.json'), '{"environment": "nearer"}');
    await program.quiet(start, { cwd });
    expect(environmentOf(program)).toEqual(['above', 'nearer']);
  });

  test('services and stages declared in the settings file start at zero', async () => {
    const program = newProgram();
    writeFileSync(
      join(program.folder, 'deploytrack.yaml'),
      'declare:\n  stages: [warm_up]\n  services: [worker]\n',
    );
    await program.quiet(start);
    const { stdout } = await program.run(['push', '--dry-run']);
    expect(stdout).toMatch(/^deployment_stage_duration_seconds_count\{[^}]*stage="warm_up"[^}]*\} 0$/m);
  });

  test('a settings file cannot give an ID', async () => {
    const program = newProgram();
    writeFileSync(join(program.folder, 'deploytrack.yaml'), 'id: of-file\n');
    const end = await program.run(['phase', 'start', 'x']);
    expect(end.stderr).toContain('no deployment is in progress');
  });

  test('an unknown key in a settings file gives one warning, and the other keys are used', async () => {
    const program = newProgram();
    writeFileSync(join(program.folder, 'deploytrack.yaml'), 'enviroment: typo\nservice: web\n');
    const end = await program.run(start);
    expect(end.code).toBe(0);
    expect(end.stderr).toMatch(
      /^deploytrack: warning: [^\n]*unknown key enviroment\ndeploytrack: hint: [^\n]+\n$/,
    );
    expect(program.rows('SELECT environment, service FROM deployment_metrics')).toEqual([
      { environment: 'production', service: 'web' },
    ]);
    expect((await program.run(['stats'])).code).toBe(0);
  });

  test.each<[string, (program: Program, file: string) => void]>([
    ['that others may write', (_, file) => chmodSync(file, 0o666)],
    ['that its group may write', (_, file) => chmodSync(file, 0o664)],
    ['in a folder that others may write', (program) => chmodSync(program.folder, 0o777)],
  ])('a settings file %s is not read, and one line says so', async (_, share) => {
    const program = newProgram();
    const file = join(program.folder, 'deploytrack.yaml');
    writeFileSync(file, 'environment: evil\n', { mode: 0o644 });
    share(program, file);
    const end = await program.run(['extract', '--id', 'd', '--', 'sh', '-c', 'exit 3'], {
      env: { DEPLOYTRACK_WARNINGS: '' },
    });
    expect(end.code).toBe(3);
    expect(end.stderr).toMatch(
      /deploytrack: warning: ignoring [^\n]*\ndeploytrack: hint: run `chmod go-w [^\n]*\n/,
    );
    await program.run(start);
    expect(environmentOf(program).at(-1)).toBe('production');
  });

  test.each([
    ['yaml', 'gateway: [unclosed'],
    ['yaml', '- a list'],
    ['json', '{"gateway": '],
    ['json', '"a text"'],
  ])(
    'a broken settings file (%s: %s) gives one warning for a mark, and is a usage error for reading and with --strict',
    async (kind, text) => {
      const program = newProgram();
      writeFileSync(join(program.folder, `deploytrack.${kind}`), text);
      const begun = await program.run(start);
      expect([begun.code, begun.stderr.match(/^deploytrack: warning: /gm)?.length]).toEqual([0, 1]);
      expect(begun.stderr).toMatch(
        /^deploytrack: warning: the settings file [^\n]*cannot be read[^\n]*\ndeploytrack: hint: [^\n]+\n$/,
      );
      usageErrorWithHint(await program.run(['stats']));
      usageErrorWithHint(await program.run([...start, '--strict']));
      expect(program.rows('SELECT id FROM deployment_metrics')).toHaveLength(1);
    },
  );

  test.each([
    'gateway: localhost',
    'ledger-timeout: soon',
    'ledger-timeout: 5',
    'strict: perhaps',
    'warnings: loud',
  ])(
    'the invalid value %s in a settings file gives one warning for a mark, and is a usage error for reading',
    async (text) => {
      const program = newProgram();
      writeFileSync(join(program.folder, 'deploytrack.yaml'), `${text}\n`);
      const begun = await program.run(start);
      expect([begun.code, begun.stderr.match(/^deploytrack: warning: /gm)?.length]).toEqual([0, 1]);
      expect(begun.stderr).toContain(`deploytrack.yaml: ${text.split(':')[0]}; `);
      usageErrorWithHint(await program.run(['history']));
    },
  );

  test('a settings file may set strict, which is applied before a wrapped command runs', async () => {
    const program = newProgram();
    writeFileSync(join(program.folder, 'deploytrack.yaml'), 'strict: true\ngateway: localhost\n');
    const end = await program.run(['extract', '--id', 'd', '--', 'echo', 'ran']);
    usageErrorWithHint(end);
    expect(end.stdout).toBe('');
  });
});

describe('DEPLOYTRACK_DISABLED=1', () => {
  const env = { DEPLOYTRACK_DISABLED: '1', PUSHGATEWAY_URL: 'http://127.0.0.1:9' };

  test.each<[readonly string[], Partial<ProgramEnd>]>([
    [start, { code: 0, stdout: 'none\n' }],
    [['start'], { code: 0, stdout: 'none\n' }],
    [['phase', 'start', 'x'], { code: 0, stdout: '' }],
    [['phase', 'end', 'x', '--exit-code', '3'], { code: 0, stdout: '' }],
    [['phase', 'run', 'x', '--', 'sh', '-c', 'echo ran; exit 3'], { code: 3, stdout: 'ran\n' }],
    [['extract', 'sh', '-c', 'echo ran; exit 3'], { code: 3, stdout: 'ran\n' }],
    [['cutover', '--probe', 'http://127.0.0.1:9', '--', 'echo', 'ran'], { code: 0, stdout: 'ran\n' }],
    [['rollback', '--reason', 'manual', '--', 'sh', '-c', 'echo ran; exit 3'], { code: 3, stdout: 'ran\n' }],
    [['rollback', '--reason', 'manual'], { code: 0, stdout: '' }],
    [['run', '--', 'sh', '-c', 'echo ran; exit 3'], { code: 3, stdout: 'ran\n' }],
    [['run', '--', 'sh', '-c', 'kill -TERM $$'], { code: null, signal: 'SIGTERM' }],
    [['finish', '--on-exit', '3'], { code: 3, stdout: '' }],
    [['finish', '--on-exit'], { code: 0, stdout: '' }],
    [['finish'], { code: 0, stdout: '' }],
    [['init', '--deployment', 'app'], { code: 0 }],
    [['push'], { code: 0, stdout: '' }],
    [['phase', 'run', 'x', '--unknown', '--', 'sh', '-c', 'echo ran; exit 3'], { code: 3, stdout: 'ran\n' }],
    [['phase', 'run', 'x', '--unknown', 'v', '--', 'sh', '-c', 'exit 3'], { code: 3 }],
    [['phase', 'run', 'No Phase', '--timeout', 'soon', '--', 'sh', '-c', 'exit 3'], { code: 3 }],
    [['phase', 'run', '--', 'sh', '-c', 'exit 3'], { code: 3 }],
    [['smoke', '--passed', '--failed', '-x', '--', 'sh', '-c', 'exit 3'], { code: 3 }],
    [['--unknown', 'v', 'migrate', '--', 'sh', '-c', 'exit 3'], { code: 3 }],
    [['rnu', '--version', '1', '--', 'sh', '-c', 'exit 3'], { code: 3 }],
    [['migrate', '--unknown', 'sh', '-c', 'exit 3'], { code: 3 }],
    [['finish', '--on-exit', '3', '--unknown'], { code: 3, stdout: '' }],
    [['finish', '--status', 'perhaps', '--', 'echo', 'ran'], { code: 0, stdout: '' }],
    [['start', '--unknown', 'v', 'more'], { code: 0, stdout: 'none\n' }],
    [['import', '--', 'false'], { code: 0, stdout: '' }],
    [['strat'], { code: 0, stdout: '' }],
    // A `--` after the wrapped command belongs to that command.
    [['migrate', '--bogus', 'echo', 'hi', '--', 'echo', 'LOCAL'], { code: 0, stdout: 'hi -- echo LOCAL\n' }],
    [['cost'], { code: 0, stdout: '' }],
  ])(
    '%j with DEPLOYTRACK_DISABLED=1 runs its wrapped command, and opens, sends and prints nothing',
    async (words, end) => {
      const program = newProgram({ env });
      writeFileSync(join(program.folder, 'deploytrack.yaml'), 'broken: [');
      expect(await program.run(words)).toMatchObject({ ...end, stderr: '' });
      expect([program.journals(), readable(program.ledger)]).toEqual(['', null]);
    },
  );

  test.each(['0', '', 'false'])('DEPLOYTRACK_DISABLED=%j does not disable anything', async (value) => {
    const program = newProgram({ env: { DEPLOYTRACK_DISABLED: value } });
    expect(await program.quiet(start)).toMatch(/^\d{8}T/);
    const wrong = await program.run(['phase', 'run', 'x', '--unknown', '--', 'echo', 'ran']);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
  });

  test('help, version and commands that only print work with DEPLOYTRACK_DISABLED=1', async () => {
    const program = newProgram({ env });
    expect((await program.run(['phase', 'run', '--help'])).stdout).toContain('Usage:');
    expect((await program.run(['--version'])).stdout).toMatch(/^\d/);
    expect((await program.run(['completion', 'bash'])).stdout).toContain('deploytrack');
    expect((await program.run(['history', '--unknown'])).code).toBe(2);
    expect((await program.run(['--format', 'json', 'stats', '--bogus'])).code).toBe(2);
  });

  test('an unknown command that might wrap another one is rejected even with DEPLOYTRACK_DISABLED=1', async () => {
    const end = await newProgram({ env }).run(['migrat', 'echo', 'remote', '--', 'echo', 'LOCAL']);
    expect(end).toMatchObject({ code: 2, stdout: '' });
    expect(end.stderr).toContain('migrat');
  });
});

function readable(file: string): string | null {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return null;
  }
}

test('a query in the gateway address is rejected and never shown', async () => {
  const program = newProgram();
  const url = 'http://127.0.0.1:9/?token=secret';
  const typed = await program.run(['push', '--gateway', url]);
  expect([typed.code, typed.stderr]).toEqual([2, expect.stringContaining('without ? and #')]);
  const marked = await program.run(['start', '--deployment', 'app', '--version', '1'], {
    env: { PUSHGATEWAY_URL: url },
  });
  expect([marked.code, marked.stderr]).toEqual([0, expect.stringContaining('without ? and #')]);
  expect(typed.stderr + marked.stderr).not.toContain('secret');
});
