import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test, vi } from 'vitest';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { oneWarningWithHint, usageErrorWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 30_000 });

const stages = 'SELECT stage, status, duration_seconds AS seconds FROM deployment_stages ORDER BY rowid';

describe('Names and order of phases', () => {
  test.each(['Ümlaut', 'two words', '1st', '_x', 'UPPER', 'a.b', '', 'x'.repeat(64)])(
    'the phase name %j is a usage error, and nothing is written or run',
    async (phase) => {
      const program = newProgram();
      const marker = join(program.folder, 'ran');
      for (const words of [
        ['phase', 'start', phase],
        ['phase', 'end', phase],
        ['phase', 'run', phase, '--', 'touch', marker],
      ]) {
        const line = usageErrorWithHint(
          await program.run([...words.slice(0, 2), '--id', 'x', ...words.slice(2)]),
        );
        expect(line).toContain(`invalid phase name ${JSON.stringify(phase)}`);
      }
      expect([existsSync(marker), existsSync(program.ledger), program.journals()]).toEqual([
        false,
        false,
        '',
      ]);
    },
  );

  test('a phase name with hyphens means the same name with underscores, and `migrate` means migration', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    await program.quiet(['phase', 'run', '--id', id, 'build-the-image', '--', 'true']);
    await program.quiet(['phase', 'run', '--id', id, 'migrate', '--', 'true']);
    expect(program.rows(stages).map((row) => row.stage)).toEqual(['build_the_image', 'migration']);
  });

  test('a phase that ended but was never started is recorded without a duration', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    const line = oneWarningWithHint(await program.run(['phase', 'end', 'extract', '--id', id]));
    expect(line).toContain('extract ended but was never started');
    expect(line).toContain('deploytrack phase start extract');
    expect(program.rows(stages)).toEqual([{ stage: 'extract', status: 'success', seconds: null }]);
  });

  test('a phase started twice has two rows, and its end closes the newest', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    await program.quiet(['phase', 'start', 'extract', '--id', id]);
    const line = oneWarningWithHint(await program.run(['phase', 'start', 'extract', '--id', id]));
    expect(line).toContain('extract was started again while it was open');
    await program.quiet(['phase', 'end', 'extract', '--id', id]);
    expect(program.rows(stages)).toEqual([
      { stage: 'extract', status: 'running', seconds: null },
      { stage: 'extract', status: 'success', seconds: expect.any(Number) },
    ]);
  });

  test('phases of the same name are kept apart by service', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    await program.quiet(['phase', 'start', 'extract', '--id', id]);
    await program.quiet(['phase', 'start', 'extract', '--id', id, '--service', 'worker']);
    await program.quiet(['phase', 'end', 'extract', '--id', id]);
    expect(program.rows('SELECT service, status FROM deployment_stages ORDER BY rowid')).toEqual([
      { service: 'app', status: 'success' },
      { service: 'worker', status: 'running' },
    ]);
  });
});

describe('Deployments that overlap, were abandoned or are unknown', () => {
  test('a deployment that starts while another is open runs next to it, and a warning names the other', async () => {
    const program = newProgram();
    const first = await startDeployment(program);
    const second = await program.run(['start', '--deployment', 'app', '--version', '2']);
    const line = oneWarningWithHint(second);
    expect(line).toContain(`deployment ${first} of app/production`);
    expect(line).toContain(`deploytrack finish --id ${first} --abandoned`);
    expect(program.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
      { status: 'in-progress' },
      { status: 'in-progress' },
    ]);
  });

  test('an open deployment with another name or environment is ignored', async () => {
    const program = newProgram();
    await startDeployment(program);
    await program.quiet(['start', '--deployment', 'other', '--version', '1']);
    await program.quiet(['start', '--deployment', 'app', '--environment', 'staging', '--version', '1']);
    expect(program.rows('SELECT id FROM deployment_metrics')).toHaveLength(3);
  });

  test.each([
    ['the empty DEPLOYTRACK_ID', ''],
    ['DEPLOYTRACK_ID=none', 'none'],
  ])('%s means no deployment: the command runs and nothing is recorded', async (_, id) => {
    const program = newProgram();
    await startDeployment(program);
    const env = { DEPLOYTRACK_ID: id };
    const end = await program.run(['migrate', '--', 'sh', '-c', 'echo ran; exit 3'], { env });
    expect([end.code, end.stdout]).toEqual([3, 'ran\n']);
    expect(end.stderr).toMatch(
      /^deploytrack: warning: DEPLOYTRACK_ID .*nothing was recorded\ndeploytrack: hint: [^\n]+\n$/,
    );
    for (const words of [['phase', 'start', 'x'], ['phase', 'end', 'x'], ['finish']]) {
      oneWarningWithHint(await program.run(words, { env }));
    }
    expect(program.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
      { status: 'in-progress' },
    ]);
    expect(program.rows(stages)).toEqual([]);
  });

  test('the next start closes a deployment left open by a reboot as abandoned', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    onAnotherBoot(program);
    const line = oneWarningWithHint(await program.run(['start', '--deployment', 'app', '--version', '2']));
    expect(line).toContain(`deployment ${id}`);
    expect(line).toContain('abandoned');
    expect(outcomes(program)).toEqual([
      { id, status: 'failed', error: 'abandoned' },
      { id: expect.any(String), status: 'in-progress', error: null },
    ]);
  });

  test('a deployment closed as abandoned accepts a late finish with notes and later marks, and stays failed', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    onAnotherBoot(program);
    await program.run(['start', '--deployment', 'app', '--version', '2', '--id', 'second']);
    const before = program.rows('SELECT * FROM totals');
    const mark = await program.run(['phase', 'run', '--id', id, 'extract', '--', 'true']);
    expect(oneWarningWithHint(mark)).toContain(`deployment ${id} is already closed`);
    const late = await program.run(['finish', '--id', id, '--notes', 'came back']);
    expect(oneWarningWithHint(late)).toContain('abandoned');
    expect(await program.quiet(['finish', '--id', id, '--notes', 'and again'])).toBe('');
    expect(outcomes(program)[0]).toEqual({ id, status: 'failed', error: 'abandoned' });
    const [row] = program.rows(
      'SELECT notes, extract_duration AS extract FROM deployment_metrics WHERE deployment_id = ?',
      id,
    );
    expect(row).toEqual({ notes: 'came back', extract: null });
    expect(program.rows('SELECT stage, late FROM deployment_stages')).toEqual([
      { stage: 'extract', late: 1 },
    ]);
    expect(program.rows('SELECT * FROM totals')).toEqual(before);
  });

  test('marks of a deployment that is unknown to this ledger are stored as an incomplete deployment', async () => {
    const program = newProgram();
    const end = await program.run(['extract', '--id', 'from-elsewhere', '--', 'sh', '-c', 'exit 4']);
    expect(end.code).toBe(4);
    expect(end.stderr).toMatch(
      /^deploytrack: warning: [^\n]*from-elsewhere[^\n]*\ndeploytrack: hint: [^\n]+\n$/,
    );
    expect(program.rows('SELECT deployment_id AS id, fragment FROM deployment_metrics')).toEqual([
      { id: 'from-elsewhere', fragment: 1 },
    ]);
    expect(program.rows(stages)).toMatchObject([{ stage: 'extract', status: 'failed' }]);
    expect(program.rows('SELECT * FROM totals')).toEqual([]);
  });

  test('show rejects a deployment that does not exist', async () => {
    const program = newProgram();
    await startDeployment(program);
    const end = await program.run(['show', 'nobody']);
    expect([end.code, end.stdout]).toEqual([1, '']);
    expect(end.stderr).toMatch(/^deploytrack: error: [^\n]*"nobody"[^\n]*\ndeploytrack: hint: [^\n]+\n$/);
  });
});

test('a broken settings file gives one warning, and the wrapped command runs', async () => {
  const program = newProgram();
  const id = await startDeployment(program);
  writeFileSync(join(program.folder, 'deploytrack.yaml'), 'gateway: [unclosed\n');
  const end = await program.run(['extract', '--id', id, '--', 'sh', '-c', 'echo ran; exit 5']);
  expect([end.code, end.stdout]).toEqual([5, 'ran\n']);
  expect(end.stderr).toMatch(
    /^deploytrack: warning: the settings file [^\n]*deploytrack.yaml[^\n]*\ndeploytrack: hint: [^\n]+\n$/,
  );
  expect(program.rows(stages)).toMatchObject([{ stage: 'extract', status: 'failed' }]);
  const marker = join(program.folder, 'ran');
  usageErrorWithHint(await program.run(['extract', '--strict', '--id', id, '--', 'touch', marker]));
  expect(existsSync(marker)).toBe(false);
  usageErrorWithHint(await program.run(['stats']));
});

/** As if the machine had been rebooted since everything in the ledger happened. */
function onAnotherBoot(program: Program): void {
  const database = new Database(program.ledger);
  database.exec("UPDATE deployment_metrics SET started_boot = 'an-earlier-boot'");
  database.exec("UPDATE processes SET boot = 'an-earlier-boot'");
  database.close();
}

function outcomes(program: Program): Record<string, unknown>[] {
  return program.rows(
    'SELECT deployment_id AS id, deployment_status AS status, error_message AS error FROM deployment_metrics ORDER BY rowid',
  );
}
