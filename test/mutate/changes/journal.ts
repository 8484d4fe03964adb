import { of } from '../mutation.ts';

/** Marks that wait in a journal are imported once, in order, and no invalid line keeps the others out. */
export const journal = [
  ...of('src/ledger/journal/importJournals.ts', [
    {
      find: 'if (isKnownMark(database, task.mark.markId)) return null;',
      replace: '',
      tests: ['test/ledger/journal.test.ts'],
      why: 'two commands that read one journal count its marks twice',
    },
    {
      find: '    note();\n    return warnings;',
      replace: '    return warnings;',
      tests: ['test/ledger/journal.test.ts', 'test/cli/carry.test.ts'],
      why: 'a journal that was copied or restored counts again',
    },
    {
      find: 'if (now === known || now < position)',
      replace: 'if (now === known || now > position)',
      tests: ['test/ledger/journal.test.ts'],
      why: 'a slower reader sets the position back',
    },
    {
      find: 'return isOurs ? [...told, ...noMarks(lines)] : told;',
      replace: 'return [...told, ...noMarks(lines)];',
      tests: ['test/ledger/journal.test.ts'],
      why: 'two readers report the same invalid line',
    },
    {
      find: 'old.size <= positionIn(database, old.id)',
      replace: 'old.size >= 0',
      tests: ['test/ledger/journalLines.test.ts'],
      why: 'a moved journal is deleted with marks that were never imported',
    },
    {
      find: 'else if (old === null && current !== null && current.size > rotateAboveBytes)',
      replace: 'else if (current !== null && current.size > rotateAboveBytes)',
      tests: ['test/ledger/journalLines.test.ts'],
      why: 'a second rotation overwrites marks that were never imported',
    },
    {
      find: 'context.instant().wallMs - old.changedMs > keepRotatedMs &&',
      replace: '',
      tests: ['test/ledger/journalLines.test.ts'],
      why: 'a journal is deleted while a slow writer still appends to it',
    },
    {
      find: '/^SQLITE_(?!CONSTRAINT)/',
      replace: '/^SQLITE_NEVER/',
      tests: ['test/cli/faultyJournal.test.ts'],
      why: 'marks are thrown away because a table of the ledger is missing for a moment',
    },
    {
      find: 'const mark = redactMark(checked.mark);',
      replace: 'const mark = checked.mark;',
      tests: ['test/redaction/marks.test.ts', 'test/cli/secretsKept.test.ts'],
      only: 'redact',
      why: 'secrets in the journal of an older version reach the ledger',
    },
    {
      find: "if ('wrong' in checked) return [refused(checked.wrong)];",
      replace: "if ('wrong' in checked) return [];",
      tests: ['test/ledger/journalLines.test.ts'],
      why: 'a mark is ignored without a word',
    },
  ]),
  ...of('src/ledger/journal/readJournal.ts', [
    {
      find: 'const from = kept > file.size ? 0 : kept;',
      replace: 'const from = kept;',
      tests: ['test/ledger/journalLines.test.ts'],
      why: 'marks after an emptied journal are never read',
    },
    {
      find: 'const end = read.lastIndexOf(0x0a) + 1;',
      replace: 'const end = read.length;',
      tests: ['test/ledger/journalLines.test.ts'],
      why: 'a line that is still being written is thrown away',
    },
    {
      find: 'at: from + at, bytes: end - at',
      replace: 'at, bytes: end - at',
      tests: ['test/ledger/journalLines.test.ts'],
      why: 'a report about an invalid line points at the wrong place',
    },
  ]),
  ...of('src/ledger/journal/readJournals.ts', [
    {
      find: '(timeOf(one) < timeOf(first) ? one : first)',
      replace: '(timeOf(one) > timeOf(first) ? one : first)',
      tests: ['test/ledger/journal.test.ts'],
      why: 'a finish in one journal comes before the start in another',
    },
  ]),
  ...of('src/ledger/journal/spillToJournal.ts', [
    {
      find: 'context.stderr.write(`deploytrack-mark: ${asciiJson(mark)}\\n`);',
      replace: '',
      tests: ['test/cli/fullDisk.test.ts'],
      only: 'no file can store',
      why: 'a mark that no file can store is lost',
    },
    {
      find: "return isTemporary || isMemory(folder) ? ' until the next reboot' : '';",
      replace: "return '';",
      tests: ['test/cli/onDisk.test.ts'],
      why: 'a mark in memory is called saved',
    },
  ]),
  ...of('src/ledger/exchange/openMarks.ts', [
    {
      find: "const note = database.prepare('INSERT OR IGNORE INTO marks_seen VALUES (?, ?)');",
      replace: 'const note = { run: (...values: unknown[]) => values };',
      tests: ['test/ledger/journal.test.ts', 'test/cli/carry.test.ts'],
      why: 'marks that come back from another job count twice',
    },
  ]),
  ...of('src/ledger/checks/checkMark.ts', [
    {
      find: "author === 'ours' ? mark : placeless(mark)",
      replace: 'mark',
      tests: ['test/ledger/checks/checkMark.test.ts'],
      why: 'a line of a log names a program that is run',
    },
    {
      find: '...rest, pythonCommand: null, caller: null',
      replace: '...rest, caller: null',
      tests: ['test/ledger/checks/checkMark.test.ts'],
      why: 'a line of a log names a program that is run',
    },
    {
      find: 'process: null, prober: null',
      replace: 'process: null',
      tests: ['test/ledger/checks/checkMark.test.ts'],
      why: 'a line of a log names a file that finish removes',
    },
  ]),
  ...of('src/ledger/checks/fileAuthor.ts', [
    {
      find: '(file.mode & 0o077) === 0;',
      replace: 'true;',
      tests: ['test/cli/foreignMarks.test.ts', 'test/cli/sharedLedger.test.ts'],
      only: 'journal',
      why: 'a journal that a group can write names programs',
    },
  ]),
  ...of('src/ledger/checks/fields.ts', [
    {
      find: "typeof value === 'number' && isWithin(value, bounds)",
      replace: "typeof value === 'number'",
      tests: ['test/ledger/checks/checkMark.test.ts', 'test/ledger/checks/anyMark.test.ts'],
      why: 'an imported mark makes a counter fall or infinite',
    },
    {
      find: 'if (at.isOurs === true) return value;',
      replace: 'return value;',
      tests: ['test/ledger/checks/freeWords.test.ts', 'test/ledger/checks/checkMark.test.ts'],
      why: 'an imported text controls the terminal of who reads it',
    },
  ]),
  ...of('src/ledger/checks/checkDeployment.ts', [
    {
      find: 'if ((weights[index] ?? 0) === events[index]?.weight) return true;',
      replace: 'return true;',
      tests: ['test/cli/foreignRows.test.ts'],
      only: 'error budget',
      why: 'an imported deployment uses the error budget of a month',
    },
  ]),
  ...of('src/ledger/checks/reading.ts', [
    {
      find: 'Array.isArray(value) || value.length > most',
      replace: 'Array.isArray(value)',
      tests: ['test/ledger/checks/checkMark.test.ts'],
      why: 'an imported list has no limit',
    },
  ]),
];
