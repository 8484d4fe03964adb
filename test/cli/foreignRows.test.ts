import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { schemaVersion } from '../../src/ledger/file/schemaVersion.ts';
import { costMark } from '../ledger/makeMarks.ts';
import { notRoot } from '../support/because.ts';
import { newProgram, type Program } from '../support/program.ts';
import { asOther } from './otherAccount.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Changes that anyone with write permission can make with sqlite3. */
function tampered(program: Program, sql: string): void {
  const database = new SqliteDatabase(program.ledger);
  database.unsafeMode();
  database.exec(sql);
  database.close();
}

let made: Program;
beforeAll(async () => {
  made = newProgram();
  await made.run(['run', '--deployment', 'app', '--version', '1', '--id', 'd1', '--', 'true']);
  await made.run(['run', '--deployment', 'app', '--version', '2', '--id', 'd2', '--', 'false']);
});

/** A copy of a ledger that was created once. */
async function twoDeployments(): Promise<Program> {
  const program = newProgram();
  const from = new SqliteDatabase(made.ledger);
  await from.backup(program.ledger);
  from.close();
  chmodSync(program.ledger, statSync(made.ledger).mode & 0o777);
  return program;
}

describe('Error budget of a ledger that others may write', () => {
  test.each(['-1', '-1e308', '1e999', "'NaN'", "x'00'", '7'])(
    'the error budget is not shown if a weight is %s, but one line and exit code 1',
    async (weight) => {
      const program = await twoDeployments();
      tampered(program, `UPDATE error_budget_events SET weight = ${weight}`);
      const end = await program.run(['stats', '--budget']);
      expect([end.code, end.stdout]).toEqual([1, '']);
      expect(end.stderr).toMatch(
        /^deploytrack: error: cannot compute the error budget: row 1 of error_budget_events was left out: weight is not a number.*\ndeploytrack: hint: .*\n$/,
      );
    },
  );

  test.each(["at = ''", "at = 'yesterday'", "at = x'00'"])(
    'the error budget is not shown if the time of an event is not a time: %s',
    async (change) => {
      const program = await twoDeployments();
      tampered(program, `UPDATE error_budget_events SET ${change}`);
      const end = await program.run(['stats', '--budget']);
      expect([end.code, end.stdout]).toEqual([1, '']);
      expect(end.stderr).toContain('row 1 of error_budget_events was left out: at is not a time');
    },
  );

  test('the error budget counts at most one whole deployment, however many events an import or a row claims', async () => {
    const first = await twoDeployments();
    const line = JSON.parse(await first.quiet(['export', '--id', 'd2']));
    const [event] = line.rows.error_budget_events;
    line.rows.error_budget_events = [event, event, event];
    const program = newProgram();
    const file = join(program.folder, 'x.jsonl');
    writeFileSync(file, `${JSON.stringify(line)}\n`);
    const end = await program.run(['import', file]);
    expect(end.stderr).toContain('error_budget_events[1] uses more than is left of one deployment');
    tampered(
      program,
      'INSERT INTO error_budget_events (deployment_id, at, cause, weight) SELECT deployment_id, at, cause, 1 FROM error_budget_events',
    );
    const { stdout } = await program.run(['stats', '--budget', '--json']);
    expect(stdout).toContain('"used": 1,');
  });
});

describe('Rows with impossible values', () => {
  const changes = [
    ["deployment_started_at = x'00ff'", 'deployment_started_at is not a time'],
    ["deployment_started_at = '2026-13-41T00:00:00.000Z'", 'deployment_started_at is not a time'],
    ["deployment_completed_at = '20:30'", 'deployment_completed_at is not a time'],
    ['total_duration = -1e308', 'total_duration is not a number'],
    ["version = x'00ff'", 'version is not valid text'],
    ["version = printf('%.*c', 50000000, 'x')", 'version is not valid text'],
  ] as const;

  test.each(changes)(
    'a row with an impossible value is left out and named if it is the only one: %s',
    async (change, why) => {
      const program = await twoDeployments();
      tampered(program, `UPDATE deployment_metrics SET ${change} WHERE deployment_id = 'd1'`);
      const named = expect.stringContaining(`row 1 of deployment_metrics was left out: ${why}`);
      const stats = await program.run(['stats']);
      expect([stats.code, stats.stdout.length < 100_000, stats.stderr]).toEqual([0, true, named]);
      const push = await program.run(['push', '--dry-run']);
      expect([push.code, push.stdout.length < 100_000]).toEqual([0, true]);
      for (const { stderr } of [stats, push]) expect(stderr).not.toMatch(/internal error|\n {4}at /);
      expect(await program.run(['doctor'])).toMatchObject({ code: 1, stdout: named });
    },
  );

  // A report names at most five rows.
  test.each([
    ['times', changes.slice(0, 3)],
    ['numbers and texts', changes.slice(3)],
  ])(
    'rows with impossible %s are left out of every report and named, and the other rows are shown',
    async (_, some) => {
      const program = await twoDeployments();
      const rows = some.map(([change, why], index) => ({ change, why, id: index + 1 }));
      for (let id = 3; id <= rows.length + 1; id += 1)
        await program.run([
          'run',
          '--deployment',
          'app',
          '--version',
          `${id}`,
          '--id',
          `d${id}`,
          '--',
          'true',
        ]);
      for (const { change, id } of rows)
        tampered(program, `UPDATE deployment_metrics SET ${change} WHERE id = ${id}`);
      for (const words of [
        'stats',
        'history',
        'stats --by version',
        'report --since 7d',
        'export',
        'push --dry-run',
      ]) {
        const end = await program.run(words.split(' '));
        expect([words, end.code, end.stdout.length < 100_000]).toEqual([words, 0, true]);
        if (words !== 'push --dry-run')
          for (const { why, id } of rows)
            expect([words, end.stderr]).toEqual([
              words,
              expect.stringContaining(`row ${id} of deployment_metrics was left out: ${why}`),
            ]);
        expect(end.stderr).not.toMatch(/internal error|\n {4}at /);
      }
      const { code, stdout } = await program.run(['doctor']);
      expect(code).toBe(1);
      for (const { why, id } of rows)
        expect(stdout).toContain(`row ${id} of deployment_metrics was left out: ${why}`);
      expect((await program.run(['show', `d${rows.length + 1}`])).code).toBe(0);
    },
  );

  test.skipIf(notRoot())(
    'doctor names rows with impossible values even for an account that may only read',
    async () => {
      const program = await twoDeployments();
      tampered(
        program,
        "UPDATE deployment_metrics SET notes = x'00' WHERE id = 1; UPDATE deployment_metrics SET version = x'00' WHERE id = 2",
      );
      chmodSync(program.ledger, 0o644);
      const { stdout } = await asOther(program, ['doctor']);
      expect(stdout).toContain(
        'row 1 of deployment_metrics is read without its notes, which is not valid text',
      );
      expect(stdout).toContain('row 2 of deployment_metrics was left out: version is not valid text');
    },
  );

  test('a row in which only one value is impossible is read without that value', async () => {
    const program = await twoDeployments();
    tampered(program, "UPDATE deployment_metrics SET notes = x'00' WHERE deployment_id = 'd1'");
    const { code, stdout, stderr } = await program.run(['show', 'd1']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('app')]);
    expect(stderr).toContain(
      'row 1 of deployment_metrics is read without its notes, which is not valid text',
    );
  });

  test('a push leaves out only the impossible value of a row', async () => {
    const program = newProgram();
    const folder = join(program.folder, 'textfile');
    mkdirSync(folder);
    await program.run(['start', '--deployment', 'app', '--version', '1', '--id', 'd1']);
    tampered(program, "UPDATE deployment_metrics SET url = x'00'");
    const env = { DEPLOYTRACK_TEXTFILE: folder };
    const mark = await program.run(['phase', 'run', 'x', '--id', 'd1', '--', 'true'], { env });
    expect([mark.code, mark.stderr]).toEqual([0, '']);
    const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(texts).toEqual([expect.stringContaining('stage="x"')]);
  });

  test('a row of an open deployment that cannot be used costs a wrapped command one warning and not its exit code', async () => {
    const program = newProgram();
    await program.run(['start', '--deployment', 'app', '--version', '1', '--id', 'd1']);
    tampered(
      program,
      "UPDATE deployment_metrics SET deployment_started_at = 'never' WHERE deployment_id = 'd1'",
    );
    const end = await program.run(['phase', 'run', 'x', '--id', 'd1', '--', 'sh', '-c', 'exit 3']);
    expect([end.code, end.stderr.match(/warning/g)?.length]).toEqual([3, 1]);
    expect(end.stderr).toContain(
      'row 1 of deployment_metrics cannot be used: deployment_started_at is not a time',
    );
  });

  test('marks of a row that cannot be used wait with one warning until the row is fixed, then are applied in order', async () => {
    const program = newProgram();
    await program.run(['start', '--deployment', 'app', '--version', '1', '--id', 'd1']);
    const [{ at } = {}] = program.rows('SELECT deployment_started_at AS at FROM deployment_metrics');
    tampered(program, "UPDATE deployment_metrics SET deployment_started_at = 'never'");
    for (const words of [
      ['phase', 'start', 'x'],
      ['phase', 'end', 'x'],
      ['phase', 'start', 'y'],
    ]) {
      const mark = await program.run([...words, '--id', 'd1']);
      expect(mark.stderr).toMatch(/cannot be used: .*; the mark was saved to \S+; the next command/);
    }
    await program.run(['start', '--deployment', 'other', '--version', '1', '--id', 'd2']);
    for (const words of ['phase start z --id d2', 'phase end z --id d2', 'stats --by phase'])
      expect([words, (await program.run(words.split(' '))).stderr]).toEqual([
        words,
        expect.not.stringMatching(/journal|waits/),
      ]);
    tampered(program, `UPDATE deployment_metrics SET deployment_started_at = '${at}' WHERE id = 1`);
    expect(await program.quiet(['show', 'd1'])).toContain('x');
    const stages = "SELECT stage, status FROM deployment_stages WHERE deployment_id = 'd1' ORDER BY id";
    const both = [
      { stage: 'x', status: 'success' },
      { stage: 'y', status: 'running' },
    ];
    expect(program.rows(stages)).toEqual(both);
    const again = await program.run(['import', `${program.ledger}.journal`]);
    expect([again.stderr, program.rows(stages)]).toEqual([expect.stringContaining('imported 0 marks'), both]);
  });

  test('marks of a row that cannot be used are stored under its ID once the row is deleted', async () => {
    const program = newProgram();
    await program.run(['start', '--deployment', 'app', '--version', '1', '--id', 'd1']);
    tampered(program, "UPDATE deployment_metrics SET deployment_started_at = 'never'");
    await program.run(['phase', 'start', 'x', '--id', 'd1']);
    const waiting = await program.run(['stats']);
    expect(waiting.stderr).toMatch(
      /a mark of the journal \S+ is not imported yet: row 1 of deployment_metrics cannot be used/,
    );
    tampered(program, 'DELETE FROM deployment_metrics');
    await program.run(['stats']);
    expect(program.rows('SELECT deployment_id, stage FROM deployment_stages')).toEqual([
      { deployment_id: 'd1', stage: 'x' },
    ]);
  });

  test('an imported mark of a row that cannot be used waits too, with a line that says so', async () => {
    const program = newProgram();
    await program.run(['start', '--deployment', 'app', '--version', '1', '--id', 'd1']);
    tampered(program, 'UPDATE deployment_metrics SET total_duration = -1');
    const at = { wallMs: Date.parse('2026-11-28T10:00:00Z'), monotonicSeconds: null, boot: null };
    const file = join(program.folder, 'build.log');
    writeFileSync(file, `deploytrack-mark: ${JSON.stringify(costMark(at, { deploymentId: 'd1' }))}\n`);
    const end = await program.run(['import', file]);
    expect([end.code, end.stderr]).toEqual([
      0,
      expect.stringMatching(/line 1, is not imported yet: row 1 of deployment_metrics/),
    ]);
    expect((await program.run(['import', file])).stderr).toContain('1 already known');
    tampered(program, 'UPDATE deployment_metrics SET total_duration = NULL');
    await program.run(['stats']);
    expect(program.rows('SELECT deployment_id FROM infrastructure_costs')).toEqual([{ deployment_id: 'd1' }]);
  });
});

describe('Changed schema versions', () => {
  test.each([1, 2, 3, 0, -5])(
    'a schema version changed to %d has no effect, because the tables show the actual schema',
    async (version) => {
      const program = await twoDeployments();
      tampered(program, `PRAGMA user_version = ${version}`);
      const mark = await program.run(['phase', 'run', 'x', '--id', 'd9', '--', 'sh', '-c', 'exit 3']);
      expect([mark.code, program.journals()]).toEqual([3, '']);
      for (let tries = 0; tries < 2; tries += 1) expect((await program.run(['init'])).code).toBe(0);
      expect(readdirSync(dirname(program.ledger)).filter((name) => name.includes('before-schema'))).toEqual(
        [],
      );
      expect(program.rows('SELECT * FROM pragma_user_version')).toEqual([{ user_version: schemaVersion }]);
    },
  );

  test('tables that make a migration fail leave no backup copy behind', async () => {
    const program = await twoDeployments();
    tampered(
      program,
      'DROP TABLE rollups; DROP TABLE gate_decisions; ALTER TABLE deployment_stages DROP COLUMN caller; DROP TABLE deployment_facts; DROP TABLE processes; DROP TABLE store_state; DROP TABLE store_rows; CREATE TABLE processes (a); PRAGMA user_version = 2',
    );
    for (let tries = 0; tries < 2; tries += 1) {
      const end = await program.run(['init']);
      expect([end.code, end.stderr.split('\n').length]).toEqual([1, 3]); // the error, its hint, nothing
      expect(end.stderr).not.toContain('internal error');
    }
    expect(readdirSync(dirname(program.ledger)).filter((name) => name.includes('before-schema'))).toEqual([]);
  });
});

test.each([
  ['a\u001b[31m', 'a [31m'],
  ['a\u202eb', 'a b'],
  ['a\nb', 'a b'],
  ['a\u009b', 'a '],
  ['\u05d0\u200f\u200e\u061c', '\u05d0\u200f\u200e\u061c'],
])(
  'an imported mark with %j in its text is stored without terminal control characters',
  async (resource, kept) => {
    const program = newProgram();
    await program.run(['start', '--deployment', 'app', '--version', '1', '--id', 'd1']);
    const at = { wallMs: Date.now(), monotonicSeconds: null, boot: null };
    const file = join(program.folder, 'build.log');
    writeFileSync(
      file,
      `first\ndeploytrack-mark: ${JSON.stringify(costMark(at, { deploymentId: 'd1', resource }))}\n`,
    );
    const end = await program.run(['import', file]);
    expect([end.code, end.stderr]).toEqual([0, expect.stringMatching(/imported 1 mark and [^\n]*\n$/)]);
    expect(program.rows('SELECT resource FROM infrastructure_costs')).toEqual([{ resource: kept }]);
    const raw = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;
    expect((await program.run(['show', 'd1'])).stdout).not.toMatch(raw);
  },
);

test('an imported mark with nothing but terminal control characters is rejected with its line number', async () => {
  const program = newProgram();
  const at = { wallMs: Date.now(), monotonicSeconds: null, boot: null };
  const file = join(program.folder, 'build.log');
  const mark = JSON.stringify(costMark(at, { deploymentId: 'd1', resource: '\u001b\u202e' }));
  writeFileSync(file, `first\ndeploytrack-mark: ${mark}\n`);
  const end = await program.run(['import', file]);
  expect([end.code, end.stderr]).toEqual([
    1,
    expect.stringMatching(/line 2, was rejected: resource is .*not only control characters/),
  ]);
});

describe('Objects added next to or in place of the tables', () => {
  test.each([
    [
      'a view in place of a table',
      'ALTER TABLE deployment_stages RENAME TO s; CREATE VIEW deployment_stages AS SELECT * FROM s; CREATE TRIGGER t INSTEAD OF INSERT ON deployment_stages BEGIN SELECT 1; END',
    ],
    [
      'an endless view',
      'ALTER TABLE deployment_stages RENAME TO s; CREATE VIEW deployment_stages AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT s.* FROM s, c',
    ],
    ['an index that rejects rows', 'CREATE UNIQUE INDEX one ON deployment_stages(1)'],
    ['a missing column', 'ALTER TABLE deployment_stages DROP COLUMN stderr_tail'],
    ['a missing table', 'DROP TABLE deployment_stages'],
  ])('a changed schema costs one line, and a wrapped command nothing: %s', async (_, sql) => {
    const program = await twoDeployments();
    await program.run(['phase', 'record', 'x', '--id', 'd2', '--duration', '1s']);
    tampered(program, sql);
    for (const beside of ['', '-wal', '-shm'])
      if (existsSync(program.ledger + beside)) chmodSync(program.ledger + beside, 0o660);
    const mark = await program.run(['phase', 'run', 'x', '--id', 'd2', '--', 'sh', '-c', 'exit 3']);
    expect([mark.code, mark.stderr.match(/^deploytrack: warning: /gm)?.length]).toEqual([3, 1]);
    for (const words of ['stats', 'stats --phases', 'history', 'show d2', 'doctor', 'export']) {
      const end = await program.run(words.split(' '));
      expect([words, end.stderr]).toEqual([words, expect.not.stringMatching(/internal error|\n {4}at /)]);
    }
  });
});
