import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { ChildEnd } from '../../src/child/end.ts';
import { applyMark } from '../../src/ledger/marks/apply.ts';
import { outputMarks } from '../../src/phases/outputMarks/outputMarks.ts';
import { startMark } from '../ledger/makeMarks.ts';
import { type TestHost, testHost } from './testSession.ts';

// A limit for a busy machine; no test waits for it.
vi.setConfig({ testTimeout: 60_000 });

/** A command of the deployment `d1`, whose output is given line by line. */
async function commandOf(host: TestHost = testHost()) {
  const { session } = host.command('phase run');
  const database = await host.command('init').session.store.database();
  const now = host.context.instant();
  applyMark(host.context, { database, mark: startMark(now, { deploymentId: 'd1' }) });
  applyMark(host.context, { database, mark: startMark(now, { deploymentId: 'other' }) });
  const marks = outputMarks(session, { hides: false, judged: 'yes' });
  const filter = marks.filter();
  return {
    host,
    session,
    marks,
    print: (...lines: readonly string[]) =>
      filter.take(Buffer.from(lines.map((line) => `${line}\n`).join(''))).toString(),
    begin: () => marks.begin({ deploymentId: 'd1', service: 'api' }),
    end: (exitCode: number) =>
      marks.finish({
        endedAt: host.context.instant(),
        shellCode: exitCode,
        exitCode,
        signal: null,
        timedOut: false,
      } as ChildEnd),
    stages: () =>
      host.rows(
        'SELECT stage, status, duration_seconds AS seconds, clock, error_message AS error FROM deployment_stages ORDER BY id',
      ),
  };
}

const sent = (text: string) => `::deploytrack ${text}`;
/** A time of the other host, so many seconds after the start of the fake clock. */
const remote = (seconds: number) =>
  `--at ${new Date(Date.parse('2026-01-15T10:00:00Z') + seconds * 1000).toISOString()}`;

describe('Time of a mark in output', () => {
  test.each([
    ['both ends have a time', remote(0), remote(4), { seconds: 4, clock: 'remote' }],
    ['the other clock is 50 s ahead at both ends', remote(50), remote(54), { seconds: 4, clock: 'remote' }],
    ['only the start has a time', remote(0), '', { seconds: 10, clock: 'monotonic' }],
    ['only the end has a time', '', remote(4), { seconds: 10, clock: 'monotonic' }],
    ['the time of the end is a minute too late', remote(0), remote(71), { seconds: 10, clock: 'monotonic' }],
    ['the start is before the command', remote(-61), remote(4), { seconds: 10, clock: 'monotonic' }],
    ['the end is before the start', remote(9), remote(4), { seconds: 10, clock: 'monotonic' }],
  ])('a phase has the duration of one clock if %s', async (_, began, ended, expected) => {
    const command = await commandOf();
    command.begin();
    command.print(sent(`phase start x ${began}`));
    command.host.context.advance(10_000);
    command.print(sent(`phase end x ${ended}`));
    await command.end(0);
    expect(await command.stages()).toMatchObject([{ stage: 'x', status: 'success', ...expected }]);
  });
});

describe('Phases in output', () => {
  test('marks are recorded while the command runs', async () => {
    const command = await commandOf();
    command.begin();
    command.print(sent('phase start x'));
    await expect.poll(command.stages).toMatchObject([{ stage: 'x', status: 'running' }]);
    await command.end(0);
  });

  test('an open phase fails with the command, and the reason is recorded', async () => {
    const command = await commandOf();
    command.begin();
    command.print(sent('phase start x'));
    await command.end(255);
    expect(await command.stages()).toMatchObject([
      { status: 'failed', error: 'still open when the command ended: exit code 255' },
    ]);
    expect(command.session.warnings).toEqual([]);
  });

  test('an open phase of a successful command is ended with a warning', async () => {
    const command = await commandOf();
    command.begin();
    command.print(sent('phase start x'));
    await command.end(0);
    expect(await command.stages()).toMatchObject([{ status: 'success' }]);
    expect(command.session.warnings.map(({ code }) => code)).toEqual(['PHASE_OPEN']);
  });

  test('output cannot end a phase that it has not begun', async () => {
    const one = await commandOf();
    const two = outputMarks(one.session, { hides: false, judged: 'yes' });
    two.begin({ deploymentId: 'd1', service: 'api' });
    one.begin();
    one.print(sent('phase start x'));
    await expect.poll(one.stages).toMatchObject([{ status: 'running' }]);
    two.filter().take(Buffer.from(`${sent('phase end x --exit-code 1')}\n`));
    await two.finish({ shellCode: 0 } as ChildEnd);
    expect(await one.stages()).toMatchObject([
      { status: 'running' },
      { status: 'failed', seconds: null, error: 'exit code 1' },
    ]);
  });

  test('marks of a command without a deployment are not recorded', async () => {
    const command = await commandOf();
    command.print(sent('phase start x'), sent('notes hello'));
    command.marks.begin(null);
    await command.end(0);
    expect(await command.stages()).toEqual([]);
  });
});

describe('Limits of marks in output', () => {
  test('the marks after the first 1,000 are ordinary output, which one warning counts', async () => {
    const { session, end, marks } = await commandOf();
    const hiding = outputMarks(session, { hides: true, judged: 'yes' });
    for (const one of [marks, hiding]) one.begin(null);
    const lines = Array.from({ length: 1002 }, (_, at) => sent(`error-rate 0.${at + 1}\n`));
    const shown = hiding.filter().take(Buffer.from([...lines, sent('unknown\n')].join('')));
    expect(shown.toString()).toBe([...lines.slice(1000), sent('unknown\n')].join(''));
    await hiding.finish({ shellCode: 0 } as ChildEnd);
    await end(0);
    expect(session.warnings).toMatchObject([
      { code: 'OUTPUT_MARKS', message: expect.stringMatching(/^3 lines of output/) },
    ]);
  });

  test('a flood of marks with warnings does not flood the terminal', async () => {
    const command = await commandOf();
    command.begin();
    command.print(...Array.from({ length: 50 }, (_, at) => sent(`phase end x${at}`)));
    await command.end(0);
    expect(await command.stages()).toHaveLength(50);
    expect(command.session.warnings).toHaveLength(10);
  });
});

/** Everything that a remote script may print: near misses, options of ours, files, bytes. */
const part = fc.oneof(
  fc.constantFrom(
    ...'phase start end record run smoke error-rate notes finish rollback import build x'.split(' '),
    ...'--at --exit-code --status --duration --passed --failed --id --gateway --ledger --of'.split(' '),
    ...'--host --service --process --deployment --error other @/etc/passwd 0 3 0.5 5s failed'.split(' '),
    '2026-01-15T10:00:01Z',
    'x'.repeat(1100),
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);
const printed = fc.array(
  fc.tuple(
    fc.constantFrom(
      ...[
        '',
        'phase ',
        'phase start x',
        'phase end x --exit-code 2',
        'smoke x --passed',
        'notes ',
        'error-rate 0',
      ].map(sent),
      '::deploytrac',
      ' ::deploytrack phase start x',
      '',
    ),
    fc.array(part, { maxLength: 4 }),
    fc.constantFrom('\n', '\n', '\r\n', ''),
  ),
  { maxLength: 8 },
);

test('whatever a script prints changes only the rows of its own deployment, and is passed on unchanged', async () => {
  const command = await commandOf();
  const { host, session } = command;
  const others = [
    "SELECT * FROM deployment_metrics WHERE deployment_id <> 'd1'",
    "SELECT deployment_id, deployment, environment, service, version, deployment_status, instance, error_message, exit_code, discarded FROM deployment_metrics WHERE deployment_id = 'd1'",
    'SELECT * FROM rollbacks',
    'SELECT * FROM infrastructure_costs',
    'SELECT * FROM health_verifications',
    'SELECT * FROM probers',
    'SELECT * FROM processes WHERE pid <> 4242',
    ...['deployment_stages', 'smoke_tests', 'post_deployment_errors'].map(
      (table) => `SELECT * FROM ${table} WHERE deployment_id <> 'd1' OR service <> 'api'`,
    ),
  ];
  const seen = () => Promise.all(others.map((sql) => host.rows(sql)));
  const before = await seen();
  await fc.assert(
    fc.asyncProperty(printed, fc.boolean(), async (lines, hides) => {
      const bytes = Buffer.from(
        lines.map(([begin, parts, end]) => [begin, ...parts].join(' ') + end).join(''),
      );
      const marks = outputMarks(session, { hides, judged: 'yes' });
      const filter = marks.filter();
      marks.begin({ deploymentId: 'd1', service: 'api' });
      const shown = Buffer.concat([filter.take(bytes), filter.end()]);
      await marks.finish({ shellCode: 1, endedAt: host.context.instant() } as ChildEnd);
      if (hides) expect(shown.length).toBeLessThanOrEqual(bytes.length);
      else expect(shown.subarray(0, bytes.length)).toEqual(bytes);
    }),
    { numRuns: 150 },
  );
  expect(await seen()).toEqual(before);
  expect((await command.stages()).length).toBeGreaterThan(0);
  const kinds = await host.rows("SELECT DISTINCT json_extract(mark, '$.kind') AS kind FROM marks_kept");
  const known = ['start', 'phase-start', 'phase-end', 'smoke', 'error-rate', 'finish'];
  expect(kinds.filter(({ kind }) => !known.includes(String(kind)))).toEqual([]);
});
