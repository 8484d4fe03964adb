import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hotJournalOf } from '../support/hotJournal.ts';
import { newProgram, type Program } from '../support/program.ts';
import { serve } from '../support/serve.ts';

/** The tables of the user's own schema, as its migrations 1 to 4 left them. */
const schema = `
CREATE TABLE deployment_metrics (
  id INTEGER PRIMARY KEY AUTOINCREMENT, version TEXT NOT NULL, previous_version TEXT, deployment_started_at TEXT NOT NULL,
  deployment_completed_at TEXT, hostname TEXT, os_version TEXT, python_version TEXT, extract_duration REAL,
  venv_rebuild_duration REAL, migration_duration REAL, cutover_duration REAL, total_duration REAL, downtime_duration REAL,
  health_check_success INTEGER DEFAULT 0, health_check_duration REAL, time_to_healthy TEXT,
  deployment_method TEXT DEFAULT 'manual', deployment_status TEXT DEFAULT 'in-progress', error_message TEXT, notes TEXT,
  UNIQUE(version, deployment_started_at));
CREATE TABLE deployment_history (id INTEGER PRIMARY KEY, version TEXT, deployed_at TEXT, method TEXT, notes TEXT);
INSERT INTO deployment_history VALUES (1, '1c0c6fc', '2026-01-10 09:00:00', 'manual', 'by hand'),
  (2, 'b0c2642', '2026-01-14 18:47:15', 'azure-arc', 'the same deployment in the older table');
INSERT INTO deployment_metrics VALUES
  (1, 'b0c2642', '1c0c6fc', '2026-01-14T18:45:00', '2026-01-14T18:47:15', 'VM-QZUM-VM1', 'Microsoft Windows Server 2019',
   '3.14.2', 8.5, 45.3, 12.1, 13.2, 135.4, 13.2, 1, 2.3, '15.8', 'azure-arc', 'success', NULL, 'Azure Arc run-command'),
  (2, 'c3d', 'b0c2642', '2026-01-15T10:00:00', '2026-01-15T10:01:00', 'VM-QZUM-VM1', NULL, NULL, NULL, NULL, NULL, NULL,
   60, NULL, 0, NULL, NULL, 'manual', 'failed', 'no such table', NULL);
INSERT INTO deployment_metrics (version, deployment_started_at) VALUES ('d4e', '2026-01-16T10:00:00');
INSERT INTO deployment_metrics (version, deployment_started_at, deployment_completed_at, deployment_status, total_duration)
  VALUES ('e5f', '2026-01-17T10:00:00', '2026-01-17T10:01:00', 'success', 'a minute');
`;

/**
 * Left as the service that uses it would leave it: in WAL mode and open, with rows that are only in the log.
 */
function older(program: Program): { file: string; hash: () => string } {
  const file = join(program.folder, 'gateway.db');
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.exec(schema);
  onTestFinished(() => void database.close()); // Held until then: a connection that is garbage collected is closed and its log removed.
  const hash = () =>
    ['', '-wal', '-shm']
      .map((beside) =>
        createHash('sha256')
          .update(readFileSync(file + beside))
          .digest('hex'),
      )
      .join();
  return { file, hash };
}

const words = ['import', 'gateway.db', '--deployment', 'gateway', '--timezone', 'Europe/Berlin'];
const rowsOf = (program: Program) =>
  program.rows(
    'SELECT version, deployment_started_at AS started, deployment_completed_at AS completed, deployment_status AS status, total_duration AS total FROM deployment_metrics ORDER BY 2',
  );
const taken = [
  {
    version: '1c0c6fc',
    started: '2026-01-10T08:00:00.000Z',
    completed: '2026-01-10T08:00:00.000Z',
    status: 'success',
    total: null,
  },
  {
    version: 'b0c2642',
    started: '2026-01-14T17:45:00.000Z',
    completed: '2026-01-14T17:47:15.000Z',
    status: 'success',
    total: 135.4,
  },
  {
    version: 'c3d',
    started: '2026-01-15T09:00:00.000Z',
    completed: '2026-01-15T09:01:00.000Z',
    status: 'failed',
    total: 60,
  },
];

describe('Import of the older database', () => {
  test('import reads finished deployments of the older database once, with their times, and names rejected rows with reasons', async () => {
    const program = newProgram();
    const { hash } = older(program);
    const before = hash();
    const end = await program.run(words);
    expect(end.stderr.split('\n')).toEqual([
      'deploytrack: gateway.db: times without a zone were read as Europe/Berlin',
      expect.stringMatching(
        /rows without a host were imported for \S+ \(this host's; set another with --instance\)$/,
      ),
      'deploytrack: warning: gateway.db, deployment_metrics 3, was rejected: deployment_status is "in-progress"; expected success, warning or failed; only finished deployments can be imported',
      'deploytrack: warning: gateway.db, deployment_metrics 4, was rejected: total_duration is "a minute"; expected a number from 0 to 315360000, for example 135.4',
      '',
    ]);
    expect([end.code, end.stdout.split('\n')[1]?.split(/ +/)]).toEqual([
      1,
      ['gateway.db', 'sqlite', '6', '3', '0', '1', '2'],
    ]);
    expect(rowsOf(program)).toEqual(taken);
    expect(hash()).toBe(before);
    const again = JSON.parse((await program.run([...words, '--json'])).stdout);
    expect(again.files).toMatchObject([
      { rows: 6, new: 0, changed: 0, known: 4, refused: [{ row: 3 }, { row: 4, field: 'total_duration' }] },
    ]);
    expect(rowsOf(program)).toEqual(taken);
  });

  test('deployments imported from the older database appear with all fields and are in no total', async () => {
    const program = newProgram();
    older(program);
    await program.run(words);
    expect(program.rows('SELECT * FROM totals')).toEqual([]);
    const [newest, shown] = JSON.parse(await program.quiet(['history', '--json']));
    expect(newest).toMatchObject({
      version: 'c3d',
      error_message: 'no such table',
      health_check_success: null,
    });
    expect(shown).toMatchObject({
      previous_version: '1c0c6fc',
      hostname: 'VM-QZUM-VM1',
      venv_rebuild_duration: 45.3,
      health_check_success: true,
      time_to_healthy: '15.8',
      deployment_method: 'azure-arc',
      notes: 'Azure Arc run-command',
    });
    expect(JSON.parse(await program.quiet(['stats', '--json']))).toMatchObject({
      total_deployments: 3,
      failed_deployments: 1,
    });
    expect(
      program.rows(
        "SELECT fact, value FROM deployment_facts f JOIN deployment_metrics m USING (deployment_id) WHERE version = 'c3d' AND source = 'import'",
      ),
    ).toEqual([
      { fact: 'import.file', value: 'gateway.db' },
      { fact: 'import.row', value: '2' },
      { fact: 'import.table', value: 'deployment_metrics' },
      { fact: 'import.timezone', value: 'Europe/Berlin' },
    ]);
  });

  test('/health responds for an imported deployment as the older service did', async () => {
    const program = newProgram();
    older(program);
    await program.run([...words.slice(0, -1), 'UTC']);
    const { url } = await serve({ program });
    const health = (await (await fetch(`${url}/health/gateway`)).json()) as Record<
      string,
      Record<string, unknown>[]
    >;
    expect(health.deployment_metrics?.[1]).toMatchObject({
      version: 'b0c2642',
      previous_version: '1c0c6fc',
      hostname: 'VM-QZUM-VM1',
      total_duration: 135.4,
      downtime_duration: 13.2,
      health_check_success: true,
      time_to_healthy: '15.8',
      status: 'success',
    });
    expect(health.deployment_statistics).toMatchObject({
      total_deployments: 3,
      failed_deployments: 1,
      avg_duration: 135.4,
    });
    expect(health.deployment_history?.[1]).toEqual({
      version: 'b0c2642',
      deployed_at: '2026-01-14 18:47:15',
      method: 'azure-arc',
      notes: 'Azure Arc run-command',
    });
  });

  test('an import can be tried first, even without a ledger, and importing again fixes a wrong time zone', async () => {
    const program = newProgram();
    older(program);
    const dry = await program.run([...words, '--dry-run']);
    expect([dry.code, dry.stdout, existsSync(program.ledger)]).toEqual([
      1,
      expect.stringMatching(/sqlite +6 +3 /),
      false,
    ]);
    expect(dry.stderr).toContain('dry run: nothing was written');
    await program.run([...words.slice(0, -1), 'UTC']);
    expect((await program.run([...words, '--dry-run'])).stdout).toMatch(/sqlite +6 +0 +3 /);
    expect(rowsOf(program)[0]?.started).toBe('2026-01-10T09:00:00.000Z');
    await program.run(words);
    expect(rowsOf(program)).toEqual(taken);
  });
});

describe('Import of an untrusted SQLite file', () => {
  const made = (program: Program, sql: string) => {
    const file = join(program.folder, 'old.db');
    new Database(file).exec(sql).close();
    return file;
  };
  const refusal = async (program: Program, name = 'old.db') => {
    const end = await program.run(['import', name, '--deployment', 'g', '--timezone', 'UTC'], {
      env: { TMPDIR: program.folder },
    });
    expect([end.code, end.stdout, end.stderr.match(/^deploytrack: error: /gm)?.length]).toEqual([1, '', 1]);
    expect(readdirSync(program.folder).filter((one) => one.startsWith('deploytrack-'))).toEqual([]);
    return end.stderr;
  };

  test.each(['an older database', 'a ledger'])(
    'import removes no file that is named in the journal next to %s',
    async (what) => {
      const program = newProgram();
      const victim = join(program.folder, 'victim');
      writeFileSync(victim, 'precious');
      if (what === 'a ledger')
        await program.quiet(['init', '--deployment', 'g', '--ledger', 'old.db']).catch(() => {});
      else made(program, schema);
      writeFileSync(join(program.folder, 'old.db-journal'), hotJournalOf(victim));
      const said = await refusal(program);
      expect(existsSync(victim)).toBe(true);
      expect(said).toMatch(/old\.db-journal.*\n.*hint: open old\.db once with sqlite3 on its original host/);
    },
  );

  test.each([
    [
      'a view',
      'CREATE VIEW deployment_metrics AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x FROM c) SELECT count(*) AS id FROM c',
      'deployment_metrics is a view',
    ],
    [
      'a view next to the table',
      `CREATE TABLE deployment_metrics (id, version); CREATE VIEW deployment_history AS SELECT * FROM deployment_metrics`,
      'deployment_history is a view',
    ],
    [
      'a virtual table',
      'CREATE VIRTUAL TABLE deployment_history USING fts5(version)',
      'deployment_history is a virtual table',
    ],
    [
      'a computed column',
      'CREATE TABLE deployment_history (version, x AS (hex(zeroblob(9))) VIRTUAL)',
      'deployment_history.x is computed',
    ],
  ])('import reads only tables that store their rows, not %s', async (_, sql, line) => {
    const program = newProgram();
    made(program, sql);
    expect(await refusal(program)).toContain(line);
  });

  test('import leaves no copy in the temporary folder when it is killed', async () => {
    const program = newProgram();
    made(
      program,
      'CREATE TABLE deployment_history (version, notes); WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 300000) INSERT INTO deployment_history SELECT x, hex(zeroblob(100)) FROM c',
    );
    const child = program.spawn(['import', 'old.db', '--deployment', 'g'], {
      env: { TMPDIR: program.folder },
    });
    const ended = once(child, 'exit');
    const left = () => readdirSync(program.folder).filter((one) => one.startsWith('deploytrack-import-'));
    while (left().length === 0 && child.exitCode === null) await setImmediate();
    child.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(left()).toEqual([]);
  });
});

describe('Import of text files', () => {
  const csv =
    'version;deployment_started_at;deployment_completed_at;status;total_duration;ticket\nb0c2642;2026-01-14 18:45:00Z;2026-01-14 18:47:15Z;success;135.4;A-1\nc3d;2026-01-15 10:00:00Z;2026-01-15 09:00:00Z;failed;;\n';
  const health = {
    status: 'healthy',
    deployment_metrics: [
      {
        version: 'b0c2642',
        deployment_started_at: '2026-01-14T18:45:00',
        deployment_completed_at: '2026-01-14T18:47:15',
        status: 'success',
        health_check_success: true,
      },
    ],
    deployment_history: [
      { version: 'a1', deployed_at: '2026-01-01 10:00:00', method: 'azure-arc', notes: 'first' },
    ],
  };

  test('import detects CSV, JSON lines and a response of /health by their content', async () => {
    const program = newProgram();
    writeFileSync(join(program.folder, 'a.txt'), csv);
    const lines = health.deployment_metrics.map((one) =>
      JSON.stringify({ ...one, version: 'x9', hostname: 'B' }),
    );
    writeFileSync(join(program.folder, 'b.txt'), `${lines.join('\n')}\n[1]\n`);
    const said = ['--deployment', 'gateway', '--timezone', '+00:00', '--instance', 'VM-1'];
    const end = await program.run(['import', 'a.txt', 'b.txt', '-', ...said], {
      stdin: JSON.stringify(health, null, 2),
    });
    expect(end.stdout.split('\n').map((line) => line.split(/ +/))).toEqual([
      ['FILE', 'FORMAT', 'ROWS', 'NEW', 'CHANGED', 'KNOWN', 'REFUSED'],
      ['a.txt', 'csv', '2', '1', '0', '0', '1'],
      ['b.txt', 'jsonl', '2', '1', '0', '0', '1'],
      ['-', 'json', '2', '2', '0', '0', '0'],
      [''],
    ]);
    expect(end.stderr).toContain(
      'a.txt, line 3, was rejected: deployment_completed_at is "2026-01-15 09:00:00Z"; expected a time not before the start',
    );
    expect(end.stderr).toContain('a.txt: unknown fields were ignored: "ticket"');
    expect(end.stderr).toContain('b.txt, line 2, was rejected: it is not a JSON object');
    expect(program.rows('SELECT DISTINCT hostname FROM deployment_metrics ORDER BY 1')).toEqual([
      { hostname: 'B' },
      { hostname: 'VM-1' },
    ]);
  });

  test('import reads files of PowerShell 5.1 and Windows editors, or rejects them for their encoding', async () => {
    const program = newProgram();
    const lines = [
      '#TYPE Selected.Row',
      ...csv.split('\n').slice(0, 2),
      csv.split('\n')[1]?.replace('A-1', 'Größe') ?? '',
    ];
    const [exported, typed] = [join(program.folder, 'a.csv'), join(program.folder, 'b.csv')];
    writeFileSync(exported, Buffer.from(`\ufeff${lines.slice(0, 3).join('\r\n')}\r\n`, 'utf16le'));
    writeFileSync(
      typed,
      Buffer.from(lines.join('\n').replaceAll('ticket', 'notes').replaceAll('18:45', '18:46'), 'latin1'),
    );
    const end = await program.run(['import', exported, typed, '--deployment', 'g']);
    expect(end.stderr).toMatch(/b.csv, line 4, was rejected: notes is "Gr.+"; expected text in UTF-8/);
    expect(end.stdout.match(/csv +\d+ +\d+ +0 +\d+ +\d+/g)).toEqual([
      expect.stringMatching(/1 +1 +0 +0 +0$/),
      expect.stringMatching(/2 +1 +0 +0 +1$/),
    ]);
  });

  test.each([
    [['x.csv'], 2, 'does not name what was deployed\ndeploytrack: hint: use --deployment <name>'],
    [['x.csv', '--deployment', 'g', '--timezone', 'Moon'], 2, 'invalid time zone "Moon" for --timezone'],
    [['empty.db', '--deployment', 'g'], 1, 'has neither a table deployment_metrics nor deployment_history'],
    [['broken.db', '--deployment', 'g'], 1, 'broken.db cannot be read'],
    [['own.db', '--deployment', 'g'], 1, 'is a ledger of deploytrack'],
  ])('import %j prints one line, exits with %i and writes nothing', async (given, code, line) => {
    const program = newProgram();
    writeFileSync(join(program.folder, 'x.csv'), csv);
    new Database(join(program.folder, 'empty.db')).exec('CREATE TABLE notes (text)').close();
    writeFileSync(join(program.folder, 'broken.db'), `SQLite format 3\0${'x'.repeat(5000)}`);
    await program.quiet(['init', '--deployment', 'g', '--ledger', 'own.db']).catch(() => {});
    const end = await program.run(['import', ...given]);
    expect([end.code, end.stdout, end.stderr]).toEqual([code, '', expect.stringContaining(line)]);
    expect([end.stderr.match(/^deploytrack: error: /gm)?.length, existsSync(program.ledger)]).toEqual([
      1,
      false,
    ]);
  });
});
