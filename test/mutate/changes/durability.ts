import { of } from '../mutation.ts';

/** What is acknowledged is on disk, and a lock or a full disk costs a bounded delay. */
export const durability = [
  ...of('src/ledger/file/transaction.ts', [
    {
      find: "if (!durable) database.pragma('synchronous = FULL');",
      replace: "if (!durable) database.pragma('synchronous = NORMAL');",
      tests: ['test/ledger/durable.test.ts'],
      why: 'marks of a process that has pushed once do not wait for the disk any more',
    },
    {
      find: "write: 'BEGIN IMMEDIATE'",
      replace: "write: 'BEGIN'",
      tests: ['test/ledger/transaction.test.ts', 'test/ledger/whileLocked.test.ts'],
      why: 'a mark fails as busy in the middle of its transaction',
    },
    {
      find: "if (!undo(database, 'ROLLBACK TO part; RELEASE part')) undo(database, 'ROLLBACK');",
      replace: "undo(database, 'ROLLBACK TO part; RELEASE part');",
      tests: ['test/ledger/transaction.test.ts'],
      why: 'half of a mark is committed with the rest',
    },
    {
      find: "if (!undo(database, 'ROLLBACK TO part; RELEASE part')) undo(database, 'ROLLBACK');",
      replace: "undo(database, 'RELEASE part');",
      tests: ['test/ledger/transaction.test.ts'],
      why: 'a mark of a journal that fails leaves its first rows behind',
    },
    {
      find: "database.exec('COMMIT');\n    return result;",
      replace: 'return result;',
      tests: ['test/ledger/transaction.test.ts'],
      why: 'nothing is committed',
    },
    {
      find: 'if (moved === round.moves) onLocked?.();',
      replace: 'onLocked?.();',
      tests: ['test/ledger/whileLocked.test.ts'],
      why: 'a busy ledger counts as a locked one, and the next marks give up early',
    },
    {
      find: 'const mostRounds = 5;',
      replace: 'const mostRounds = 20;',
      tests: ['test/ledger/whileLocked.test.ts'],
      why: 'a mark waits for ever if others always come first',
    },
    {
      find: 'const moved = moves();\n',
      replace: 'const moved = round.moves;\n',
      tests: ['test/ledger/whileLocked.test.ts'],
      why: 'marks give up although the others make progress',
    },
  ]),
  ...of('src/ledger/file/open.ts', [
    {
      find: "database.pragma('synchronous = FULL');",
      replace: "database.pragma('synchronous = NORMAL');",
      tests: ['test/ledger/durable.test.ts', 'test/ledger/open.test.ts'],
      why: 'a power cut loses marks that were acknowledged',
    },
    {
      find: 'if (owner !== applicationId) {',
      replace: 'if (owner === 1) {',
      tests: ['test/ledger/open.test.ts'],
      why: 'the database of another program is written to',
    },
    {
      find: 'if (version > schemaVersion) {',
      replace: 'if (version > schemaVersion + 1000) {',
      tests: ['test/ledger/schemaVersions.test.ts'],
      why: 'an older program writes into a ledger whose schema it does not know',
    },
    {
      find: 'if (version < schemaVersion && !mayBeOlder) {',
      replace: 'if (version < 0 && !mayBeOlder) {',
      tests: ['test/ledger/schemaVersions.test.ts'],
      why: 'a mark writes into a ledger with missing columns',
    },
    {
      find: 'if (expected !== null && !isOpened(expected, { path, before }))',
      replace: 'if (expected === undefined)',
      tests: ['test/ledger/open.test.ts'],
      why: 'a ledger that was exchanged after the check is used',
    },
  ]),
  ...of('src/ledger/file/create.ts', [
    {
      find: "database.pragma('journal_mode = WAL');",
      replace: '',
      tests: ['test/ledger/open.test.ts'],
      why: 'readers block writers, and a rollback journal lies next to the ledger',
    },
    {
      find: "database.pragma('wal_checkpoint(PASSIVE)');",
      replace: '',
      tests: ['test/cli/damagedLedger.test.ts'],
      only: 'a copy made',
      why: 'a copy of the file alone is empty',
    },
    {
      find: 'makeFolder(dirname(path), { mode: 0o700, isLedgers: true, warn });',
      replace: 'makeFolder(dirname(path));',
      tests: ['test/ledger/open.test.ts'],
      why: 'other accounts can look into the folder of a new ledger',
    },
  ]),
  ...of('src/ledger/file/migrate.ts', [
    {
      find: 'copy = copyBeside(context, database.name);',
      replace: '',
      tests: ['test/ledger/schemaVersions.test.ts'],
      why: 'an upgrade leaves no copy to go back to',
    },
    {
      find: 'if (copy !== null) rmSync(copy, { force: true });',
      replace: '',
      tests: ['test/cli/foreignRows.test.ts', 'test/ledger/schemaVersions.test.ts'],
      only: 'migrat',
      why: 'each failed upgrade leaves another copy',
    },
  ]),
  ...of('src/ledger/store.ts', [
    {
      find: 'Math.min(200, this.options.ledgerTimeoutMs)',
      replace: 'Math.max(200, this.options.ledgerTimeoutMs)',
      tests: ['test/cli/lockedLedger.test.ts'],
      only: 'marks after the first one wait shorter',
      why: 'every mark waits two seconds for a ledger that hangs',
    },
    {
      find: 'if (ledgerWasLocked(this.options.ledgerPath)) noteLocked(this.options.ledgerPath, false);',
      replace: '',
      tests: ['test/cli/lockedLedger.test.ts'],
      only: 'marks after the first one wait shorter',
      why: 'the patience for a ledger never comes back',
    },
  ]),
  ...of('src/ledger/journal/journal.ts', [
    {
      find: '    fdatasyncSync(file);\n',
      replace: '',
      tests: ['test/cli/journalOnDisk.test.ts'],
      why: 'a mark that a warning calls saved is lost at a power cut',
    },
    {
      find: '    if (isNew) syncFolder(dirname(path));\n',
      replace: '',
      tests: ['test/cli/onDisk.test.ts'],
      why: 'the whole new journal is lost at a power cut',
    },
    {
      find: 'endsWithinLine(file) ? `\\n${line}` : line',
      replace: 'line',
      tests: ['test/ledger/journalLines.test.ts'],
      why: 'a mark becomes a part of a line that was torn before it',
    },
    {
      find: 'if (writeSync(file, bytes) !== bytes.length) return false;',
      replace: 'writeSync(file, bytes);',
      tests: ['test/cli/fullDisk.test.ts'],
      only: 'only a part fits',
      why: 'a torn line on a full disk counts as saved',
    },
    {
      find: '0o660 : 0o600',
      replace: '0o660 : 0o644',
      tests: ['test/ledger/journal.test.ts'],
      why: 'every account can read the marks that wait',
    },
  ]),
  ...of('src/files/makeFolder.ts', [
    {
      find: '  syncFolder(above);\n',
      replace: '',
      tests: ['test/cli/onDisk.test.ts'],
      why: 'a new ledger is lost with its folder at a power cut',
    },
  ]),
];
