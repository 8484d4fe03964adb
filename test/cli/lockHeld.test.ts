import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { because } from '../support/because.ts';
import { startGateway } from '../support/gateway.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { type Call, hasStrace, traced } from '../support/strace.ts';

vi.setConfig({ testTimeout: 120_000 });

/**
 * Another connection keeps the log and its index in place, so no command is the last one, which checkpoints
 * the log.
 */
function ledgerInUse() {
  const program = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app', DEPLOYTRACK_VERSION: '1' } });
  const keepOpen = async () => {
    const id = await startDeployment(program);
    const other = new Database(program.ledger);
    other.prepare('SELECT 1 FROM sqlite_schema').get();
    onTestFinished(() => void other.close());
    return { id, other };
  };
  return { program, keepOpen };
}

/** Records a mark that only the journal has. */
async function journal(program: Program, { id, other }: { id: string; other: Database.Database }) {
  other.exec('BEGIN IMMEDIATE');
  const end = await program.run(['phase', 'start', 'waits', '--id', id, '--ledger-timeout', '20ms']);
  other.exec('ROLLBACK');
  expect(end.stderr).toContain('the mark was saved to');
}

/** What a command opened while it held the ledger's write lock: byte 120 of the `-shm` file. */
async function openedUnderLock(program: Program, args: readonly string[]): Promise<string[]> {
  const { calls } = await traced(program, { args, calls: ['fcntl', 'openat', 'open', 'execve'] });
  const opened: string[] = [];
  let isHeld = false;
  let times = 0;
  for (const call of calls) {
    if (isWriteLock(call, 'F_WRLCK')) {
      isHeld = true;
      times += 1;
    } else if (isWriteLock(call, 'F_UNLCK')) isHeld = false;
    else if (isHeld && call.name !== 'fcntl') opened.push(call.line);
  }
  expect(times).toBeGreaterThan(0);
  // SQLite syncs the folder of its log; the first time formatted as text opens the time zone file.
  const folder = `"${dirname(program.ledger)}", O_RDONLY`;
  return opened.filter((line) => !line.includes(folder) && !line.includes('"/etc/localtime"'));
}

function isWriteLock({ line }: Call, type: string): boolean {
  return (
    line.includes('-shm>') && line.includes(`l_type=${type}`) && /l_start=120, l_len=1\}\) += 0$/.test(line)
  );
}

const commands: readonly { what: string; words: (id: string) => string[] }[] = [
  { what: 'the start of a phase', words: (id) => ['phase', 'start', 'x', '--id', id] },
  { what: 'a wrapped phase', words: (id) => ['extract', '--id', id, '--', 'sleep', '0.1'] },
  { what: 'a smoke test', words: (id) => ['smoke', 'login', '--id', id, '--passed'] },
  {
    what: 'a health check',
    words: (id) => ['health', '--id', id, '--check-type', 'port', '--any-version', '--', 'true'],
  },
  { what: 'the end of a deployment', words: (id) => ['finish', '--id', id] },
  { what: 'another start', words: () => ['start'] },
  { what: 'a start that takes over', words: () => ['start', '--take-over'] },
  { what: 'a reading command', words: () => ['history'] },
];

test.skipIf(because(!hasStrace, 'no strace')).each(commands)(
  '$what opens no file while it holds the ledger, even if the journal has a line',
  async ({ words }) => {
    const { program, keepOpen } = ledgerInUse();
    const used = await keepOpen();
    await journal(program, used);
    expect(await openedUnderLock(program, words(used.id))).toEqual([]);
    expect(program.rows('SELECT stage FROM deployment_stages')).toContainEqual({ stage: 'waits' });
  },
);

test.skipIf(because(!hasStrace, 'no strace'))(
  'pushing to a gateway and writing a textfile opens no file while the ledger is locked',
  async () => {
    const gateway = await startGateway();
    onTestFinished(() => gateway.stop());
    const { program, keepOpen } = ledgerInUse();
    const { id } = await keepOpen();
    const sinks = ['--gateway', gateway.url, '--textfile', program.folder, '--gateway-timeout', '20s'];
    expect(await openedUnderLock(program, ['start', ...sinks])).toEqual([]);
    expect(await openedUnderLock(program, ['finish', '--id', id, ...sinks])).toEqual([]);
    expect(await openedUnderLock(program, ['push', ...sinks])).toEqual([]);
  },
);
