import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { oneWarningWithHint, usageErrorWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 30_000 });

const stages = (program: Program) =>
  program
    .rows('SELECT deployment_id AS id, stage FROM deployment_stages ORDER BY rowid')
    .map((row) => `${row.id} ${row.stage}`);

describe('Deployment of a mark', () => {
  test('a mark uses the deployment of --id before that of DEPLOYTRACK_ID', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'a');
    await startDeployment(program, '--id', 'b', '--environment', 'staging');
    const env = { DEPLOYTRACK_ID: 'a' };
    await program.quiet(['extract', '--', 'true'], { env });
    await program.quiet(['extract', '--id', 'b', '--', 'true'], { env });
    expect(stages(program)).toEqual(['a extract', 'b extract']);
  });

  test('a mark without an ID uses the only deployment in progress', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'a');
    await program.quiet(['finish', '--id', 'a']);
    await startDeployment(program, '--id', 'b');
    await program.quiet(['phase', 'start', 'extract']);
    await program.quiet(['phase', 'end', 'extract']);
    await program.quiet(['migrate', '--', 'true']);
    expect(stages(program)).toEqual(['b extract', 'b migration']);
  });

  test('a mark uses none of several deployments in progress, and the warning lists them and how to choose', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'a');
    await startDeployment(program, '--id', 'b', '--environment', 'staging');
    const line = oneWarningWithHint(await program.run(['phase', 'start', 'extract']));
    expect(line).toMatch(/a \(app\/production.*b \(app\/staging|b \(app\/staging.*a \(app\/production/);
    expect(line).toMatch(/\n.*hint: [^\n]*--id[^\n]*DEPLOYTRACK_ID[^\n]*$/);
    expect(stages(program)).toEqual([]);
  });

  test('a mark uses the one of several deployments that matches its deployment or environment', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'a');
    await startDeployment(program, '--id', 'b', '--environment', 'staging');
    await program.quiet(['start', '--deployment', 'other', '--version', '1', '--id', 'c']);
    await program.quiet(['extract', '--environment', 'staging', '--', 'true']);
    await program.quiet(['extract', '--', 'true'], { env: { DEPLOYTRACK_DEPLOYMENT: 'other' } });
    expect(stages(program)).toEqual(['b extract', 'c extract']);
  });

  test('a mark without a deployment in progress gives one warning, and a wrapped command keeps its exit code', async () => {
    const program = newProgram();
    const line = oneWarningWithHint(await program.run(['phase', 'end', 'extract']));
    expect(line).toContain('no deployment is in progress');
    expect((await program.run(['extract', '--', 'sh', '-c', 'exit 3'])).code).toBe(3);
    expect((await program.run(['extract', '--strict', '--', 'true'])).code).toBe(1);
  });

  test('an empty DEPLOYTRACK_ID means no deployment, even if only one is in progress', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'a');
    oneWarningWithHint(await program.run(['extract', '--', 'true'], { env: { DEPLOYTRACK_ID: '' } }));
    expect(stages(program)).toEqual([]);
  });

  test.each(['', ' ', 'none'])(
    '--id %j means no deployment: the command runs with one warning',
    async (id) => {
      const program = newProgram();
      await startDeployment(program, '--id', 'a');
      const end = await program.run(['extract', '--id', id, '--', 'sh', '-c', 'exit 3']);
      expect([end.code, end.stderr]).toEqual([3, expect.stringContaining('no deployment was started')]);
      expect(stages(program)).toEqual([]);
    },
  );

  test('finish without an ID never uses the only deployment in progress', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'a');
    const line = oneWarningWithHint(await program.run(['finish']));
    expect(line).toContain('nothing was closed');
    expect(await program.run(['finish', '--on-exit', '7'])).toMatchObject({ code: 7 });
    expect(program.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
      { status: 'in-progress' },
    ]);
  });
});

describe('Deployment IDs', () => {
  test.each(['a', 'A-1_b.c', '9', 'x'.repeat(64), '20260114T184500Z-0011aabb'])(
    'start accepts the ID %s',
    async (id) => {
      const program = newProgram();
      expect(await startDeployment(program, '--id', id)).toBe(id);
    },
  );

  test.each(['', ' ', 'none'])('start rejects the ID %j', async (id) => {
    const program = newProgram();
    usageErrorWithHint(await program.run(['start', '--deployment', 'app', '--version', '1', `--id=${id}`]));
  });

  test('start with an existing ID is a usage error, and --join continues that deployment', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'a');
    const line = usageErrorWithHint(
      await program.run(['start', '--deployment', 'app', '--version', '2', '--id', 'a']),
    );
    expect(line).toContain('--join');
    expect(
      await program.quiet(['start', '--deployment', 'app', '--version', '2', '--id', 'a', '--join']),
    ).toBe('a');
    expect(program.rows('SELECT version FROM deployment_metrics')).toEqual([{ version: '1' }]);
  });

  test('start with the ID of earlier marks keeps those marks', async () => {
    const program = newProgram();
    await program.run(['extract', '--id', 'a', '--', 'true']);
    await startDeployment(program, '--id', 'a');
    await program.quiet(['finish', '--id', 'a']);
    expect(
      program.rows('SELECT version, fragment, deployment_status AS status FROM deployment_metrics'),
    ).toEqual([{ version: '1', fragment: 0, status: 'success' }]);
    expect(stages(program)).toEqual(['a extract']);
  });
});

describe('Names that are accepted unchanged', () => {
  const odd = [
    '1.0 beta "two" \'three\'',
    'line one\nline two',
    '🚀 v2 é',
    'v'.repeat(10_000),
    '\\ $HOME `x` %s',
    '\u200bzero',
  ];

  test.each(odd)('the version %j is recorded unchanged without a warning', async (version) => {
    const program = newProgram();
    const id = await program.quiet(['start', '--deployment', 'app', '--version', version]);
    await program.quiet(['extract', '--id', id, '--', 'true']);
    await program.quiet(['finish', '--id', id]);
    expect(program.rows('SELECT version, deployment_status AS status FROM deployment_metrics')).toEqual([
      { version, status: 'success' },
    ]);
    for (const words of [['history'], ['show'], ['stats'], ['history', '--json'], ['show', '--json']])
      await program.quiet(words);
  });

  test.each(['acme/gateway', '..', '../../etc', 'über dienst', '%2F', 'a'.repeat(255)])(
    'the name and environment %j are recorded unchanged without a warning',
    async (name) => {
      const program = newProgram();
      const id = await program.quiet([
        'start',
        '--deployment',
        name,
        '--environment',
        name,
        '--version',
        '1',
      ]);
      await program.quiet(['finish', '--id', id]);
      expect(program.rows('SELECT deployment, environment FROM deployment_metrics')).toEqual([
        { deployment: name, environment: name },
      ]);
    },
  );
});

describe('IDs with other characters, as a CI creates them', () => {
  const given = ['acme/shop run #77 (ü)', '/refs/heads/main', '-', '💥', 'x'.repeat(100), 'a\nb'];

  test.each(given)('the given ID %j is converted by start and accepted by every command', async (id) => {
    const program = newProgram();
    const kept = await program.quiet(['start', '--deployment', 'app', '--version', '1', '--id', id]);
    expect(kept).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*-[0-9a-f]{8}$/);
    expect(kept.length).toBeLessThanOrEqual(64);
    const env = { DEPLOYTRACK_ID: id };
    await program.quiet(['phase', 'run', 'a', '--id', id, '--', 'true']);
    await program.quiet(['phase', 'record', 'b', '--duration', '1s'], { env });
    await program.quiet(['phase', 'run', 'c', '--', 'true'], { env: { DEPLOYTRACK_ID: kept } });
    await program.quiet(['finish'], { env });
    await program.quiet(['cost', 'vm', '1', '--of', id]);
    expect(stages(program)).toHaveLength(3);
    expect(program.rows('SELECT deployment_id AS id FROM deployment_metrics')).toEqual([{ id: kept }]);
    if (!id.startsWith('-')) expect(await program.quiet(['show', id])).toContain(kept);
    expect(await program.quiet(['export', '--id', id])).toContain(kept);
    const again = await program.run(['start', '--deployment', 'app', '--version', '1', '--id', id]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('already exists')]);
  });

  test.each(given)(
    'the given ID %j is stored with the deployment, shown, exported and imported',
    async (id) => {
      const [first, last] = [newProgram(), newProgram()];
      const kept = await first.quiet(['start', '--deployment', 'app', '--version', '1', '--id', id]);
      const facts = 'SELECT deployment_id AS id, fact, value, source FROM deployment_facts';
      const told = { id: kept, fact: 'id.given', value: id, source: 'start' };
      expect(first.rows(facts)).toEqual([told]);
      const shown = await first.quiet(['show', kept]);
      expect(shown.split('\n').filter((line) => line.includes('id.given'))).toHaveLength(1);
      if (id.length < 50) expect(shown).toContain(`id.given ${id.replace('\n', '\\n')}`);
      const file = join(first.folder, 'marks.jsonl');
      await first.quiet(['export', '--id', kept, '--out', file]);
      expect((await last.run(['import', file])).code).toBe(0);
      expect(last.rows(facts)).toEqual([{ ...told, value: id.replace('\n', ' ') }]);
    },
  );

  test('a given ID is stored without secrets and cut to 1000 characters', async () => {
    const program = newProgram();
    const start = ['start', '--deployment', 'app', '--version', '1', '--environment'];
    await program.quiet([...start, 'a', '--id', `https://ci:hunter2@ci.example/${'x'.repeat(2000)}`]);
    await program.quiet([...start, 'b', '--id', `${'y '.repeat(480)}password=hunter2${'3'.repeat(200)}`]);
    const values = program.rows('SELECT value FROM deployment_facts').map(({ value }) => String(value));
    expect(values).toHaveLength(2);
    for (const value of values) {
      expect(value.length).toBeLessThanOrEqual(1000);
      expect(value).not.toContain('hunter');
    }
  });

  test('a given ID with surrounding blanks or a Windows line end is the same as without them', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'a');
    await program.quiet(['phase', 'start', 'x'], { env: { DEPLOYTRACK_ID: 'a\r\n' } });
    expect(program.rows('SELECT fact FROM deployment_facts')).toEqual([]);
    expect(program.rows('SELECT deployment_id AS id FROM deployment_metrics')).toEqual([{ id: 'a' }]);
  });

  test('given IDs that differ only in converted characters are different deployments', async () => {
    const program = newProgram();
    for (const id of ['run/1', 'run 1'])
      await program.run(['start', '--deployment', 'app', '--version', '1', '--id', id]);
    expect(program.rows('SELECT DISTINCT deployment_id FROM deployment_metrics')).toHaveLength(2);
  });
});
