import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { costMark, finishMark, phaseEndMark, phaseStartMark, startMark } from '../ledger/makeMarks.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

const at = { wallMs: Date.parse('2026-11-28T10:00:00Z'), monotonicSeconds: null, boot: null };
const id = 'n1';
const own = { deploymentId: id };
const logLines = (...marks: readonly object[]) =>
  marks.map((mark) => `build says deploytrack-mark: ${JSON.stringify(mark)}\n`).join('');

async function imported(program: Program, ...marks: readonly object[]) {
  const file = join(program.folder, 'build.log');
  writeFileSync(file, logLines(...marks));
  return program.run(['import', file]);
}
const totals = (program: Program) =>
  program.rows('SELECT family, labels, part, value FROM totals ORDER BY 1, 2, 3');

describe('Marks in a log, which every command may write', () => {
  test('marks imported from a log cannot name a program, a file or a process', async () => {
    const program = newProgram();
    const victim = join(program.folder, 'deploytrack-probe-victim');
    writeFileSync(victim, 'precious', { mode: 0o600 });
    const ran = join(program.folder, 'ran');
    writeFileSync(join(program.folder, 'evil.sh'), `#!/bin/sh\ntouch ${ran}\n`, { mode: 0o755 });
    const gone = { pid: 999_999, started: null, boot: 'x', pidNamespace: null };
    const end = await imported(
      program,
      startMark(at, {
        ...own,
        pythonCommand: join(program.folder, 'evil.sh'),
        caller: gone,
        track: { files: [victim], packages: ['pip'] },
      }),
      phaseStartMark(at, {
        ...own,
        stage: 'cutover',
        process: gone,
        prober: { process: gone, file: victim },
      }),
    );
    expect(end.code).toBe(0);
    for (const table of ['processes', 'probers', 'tracking'])
      expect(program.rows(`SELECT * FROM ${table}`)).toEqual([]);
    await program.run(['finish', '--id', id], { env: { DEPLOYTRACK_GATEWAY_TOKEN: 't0ken' } });
    expect([existsSync(ran), readFileSync(victim, 'utf8')]).toEqual([false, 'precious']);
  });

  test('marks that would decrease a counter or make it infinite are rejected with the field and the reason', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', id);
    await program.quiet(['phase', 'record', 'x', '--duration', '50s', '--id', id]);
    await program.quiet(['cost', 'vm', '5', '--id', id]);
    const before = totals(program);
    const marks = [
      phaseEndMark(at, { ...own, stage: 'x', durationSeconds: -40 }),
      phaseEndMark(at, { ...own, stage: 'x', durationSeconds: 1e308 }),
      phaseEndMark(at, { ...own, stage: 'migration', migrationCount: -7 }),
      phaseEndMark(at, { ...own, stage: 'Evil Stage\n"}' }),
      costMark(at, { ...own, resource: 'vm', usd: -3 }),
      costMark(at, { ...own, resource: 'vm', usd: -1e308 }),
      { ...costMark(at, own), kind: 'error-rate', service: null, errorRate: 77 },
      finishMark({ ...at, wallMs: 9e15 }, own),
    ];
    const end = await imported(program, ...marks);
    expect(end.code).toBe(1);
    for (const why of [
      'durationSeconds is -40',
      'migrationCount is -7',
      'usd is -3',
      'errorRate is 77',
      'stage is "Evil Stage',
      'at.wallMs is',
    ])
      expect(end.stderr).toContain(why);
    expect(end.stderr).toContain('imported 0 marks and 0 finished deployments, 8 rejected');
    expect(totals(program)).toEqual(before);
  });

  test('a mark with one invalid part keeps its valid parts', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', id);
    const mark = phaseEndMark(at, { ...own, stage: 'x', durationSeconds: 2 });
    const end = await imported(program, { ...mark, result: { ...mark.result, cpuSeconds: -5 } });
    expect(end.stderr).toContain('was imported without a part: result.cpuSeconds is -5');
    expect(
      program.rows('SELECT duration_seconds AS seconds, cpu_seconds AS cpu FROM deployment_stages'),
    ).toEqual([{ seconds: 2, cpu: null }]);
  });
});

describe('Journals and their writers', () => {
  const kept = startMark(at, {
    ...own,
    pythonCommand: '/usr/bin/python3',
    caller: { pid: 4242, started: '7', boot: 'x', pidNamespace: null },
    track: { files: ['/etc/hostname'], packages: [] },
  });
  async function taken(mode: { folder: number; file: number }) {
    const program = newProgram();
    await program.run(['init', '--deployment', 'shop']);
    const journal = `${program.ledger}.journal`;
    mkdirSync(dirname(journal), { recursive: true });
    writeFileSync(journal, `${JSON.stringify(kept)}\n`);
    chmodSync(journal, mode.file);
    chmodSync(dirname(journal), mode.folder);
    await program.run(['phase', 'run', 'x', '--id', id, 'true']);
    return [
      program.rows('SELECT python_command AS python FROM deployment_metrics')[0]?.python,
      program.rows("SELECT 1 FROM processes WHERE role = 'caller'").length,
      program.rows('SELECT 1 FROM tracking').length,
    ];
  }

  test('a journal that only this account can write may name programs and processes', async () => {
    expect(await taken({ folder: 0o700, file: 0o600 })).toEqual(['/usr/bin/python3', 1, 1]);
  });

  test.each([
    ['of a folder that a group shares', { folder: 0o2770, file: 0o660 }],
    ['that others may write', { folder: 0o700, file: 0o666 }],
    ['in a folder that others may write', { folder: 0o777, file: 0o600 }],
  ])('a journal %s may not name programs and processes', async (_, mode) => {
    expect(await taken(mode)).toEqual([null, 0, 0]);
  });
});

describe('Finished deployments in an export', () => {
  async function finished(): Promise<{ line: Carried; program: Program }> {
    const first = newProgram();
    await startDeployment(first, '--id', id);
    await first.quiet(['phase', 'record', 'x', '--duration', '50s', '--id', id]);
    await first.quiet(['finish', '--id', id]);
    return { line: JSON.parse(await first.quiet(['export', '--id', id])) as Carried, program: newProgram() };
  }
  interface Carried {
    deploymentId: string;
    rows: Record<string, Record<string, unknown>[]>;
  }
  async function importedLine(program: Program, line: Carried) {
    const file = join(program.folder, 'export.jsonl');
    writeFileSync(file, `${JSON.stringify(line)}\n`);
    return program.run(['import', file]);
  }
  const change = (line: Carried, table: string, said: Record<string, unknown>) =>
    Object.assign(line.rows[table]?.[0] ?? {}, said);

  test.each([
    ['deployment_status', '<b>'],
    ['deployment_status', 'in-progress'],
    ['version', 'x'.repeat(40_000)],
    ['deployment_started_at', '+300000-01-01T00:00:00.000Z'],
  ])('an exported deployment with the %s %j is rejected', async (column, value) => {
    const { line, program } = await finished();
    change(line, 'deployment_metrics', { [column]: value });
    const end = await importedLine(program, line);
    expect(end.code).toBe(1);
    expect(end.stderr).toContain(`deployment_metrics.${column} is `);
    expect(program.rows('SELECT 1 FROM deployment_metrics')).toEqual([]);
  });

  test('an exported deployment is imported without its invalid parts, which are named', async () => {
    const { line, program } = await finished();
    change(line, 'deployment_metrics', {
      total_duration: 'NaN\n# evil',
      python_command: '/evil',
      cpu_seconds: -5,
    });
    change(line, 'deployment_stages', { stage: 'Evil "}', started_mono: 1e300 });
    const end = await importedLine(program, line);
    expect(end.code).toBe(0);
    for (const what of [
      'deployment_metrics.total_duration is "NaN\\n# evil"',
      'deployment_metrics.cpu_seconds is -5',
      'deployment_stages[0].stage is',
    ])
      expect(end.stderr).toContain(what);
    expect(
      program.rows(
        'SELECT total_duration AS total, cpu_seconds AS cpu, python_command AS python FROM deployment_metrics',
      ),
    ).toEqual([{ total: null, cpu: null, python: null }]);
    expect(program.rows('SELECT 1 FROM deployment_stages')).toEqual([]);
    expect((await program.run(['stats', '--json'])).code).toBe(0);
  });
});

test('an imported finished deployment does not replace one that is open in this ledger', async () => {
  const [own, foreign] = [newProgram(), newProgram()];
  const words = ['start', '--deployment', 'app', '--version', '1', '--id', 'one'];
  for (const program of [own, foreign]) await program.run(words);
  await own.run(['phase', 'run', 'x', '--id', 'one', '--', 'false']);
  await foreign.run(['finish', '--id', 'one', '--status', 'success']);
  const { stdout } = await foreign.run(['export', '--id', 'one']);
  const file = join(own.folder, 'log');
  writeFileSync(file, `deploytrack-mark: ${stdout}`);
  const end = await own.run(['import', file]);
  expect([end.code, end.stderr]).toEqual([1, expect.stringContaining('open in this ledger')]);
  expect(own.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
    { status: 'in-progress' },
  ]);
  expect(own.rows('SELECT stage, status FROM deployment_stages')).toEqual([{ stage: 'x', status: 'failed' }]);
});

test('an imported deployment with a time in the future is rejected, since it would stay the version in service', async () => {
  const [own, foreign] = [newProgram(), newProgram()];
  await foreign.run(['run', '--deployment', 'app', '--version', 'evil', '--id', 'one', '--', 'true']);
  const { stdout } = await foreign.run(['export', '--id', 'one']);
  const file = join(own.folder, 'all.jsonl');
  writeFileSync(file, stdout.replaceAll(/(_(?:started|completed)_at":")\d{4}/g, '$12199'));
  const end = await own.run(['import', file]);
  expect([end.code, end.stderr]).toEqual([1, expect.stringContaining('is in the future')]);
  expect(own.rows('SELECT version FROM deployment_metrics')).toEqual([]);
});
