import { describe, expect, test } from 'vitest';
import { partOfTransaction, transaction } from '../../src/ledger/file/transaction.ts';
import { ledgerWorld } from './ledgerWorld.ts';

function notable() {
  const { database, rows } = ledgerWorld();
  const note = (code: string) => {
    database.prepare("INSERT INTO warnings (at, code, message) VALUES ('t', ?, 'm')").run(code);
  };
  const codes = () => rows('SELECT code FROM warnings ORDER BY id').map((row) => row.code);
  return { database, note, codes };
}

const first = new Error('what failed first');
function fail(): never {
  throw first;
}

/** A connection that refuses a statement, as one does whose disk went away. */
function refuses(database: ReturnType<typeof notable>['database'], refused: RegExp): void {
  const exec = database.exec.bind(database);
  database.exec = (sql) => {
    if (refused.test(sql)) throw new Error(`refused: ${sql}`);
    return exec(sql);
  };
}

describe('a transaction of one connection', () => {
  test('gives what its work gives, and has ended', () => {
    const { database, note, codes } = notable();
    expect(transaction(database, { mode: 'write' }, () => note('A') ?? 'done')).toBe('done');
    expect([codes(), database.inTransaction]).toEqual([['A'], false]);
  });

  test.each([{ mode: 'read' as const }, { mode: 'write' as const }])(
    'whose work throws has ended, and throws just that ($mode)',
    ({ mode }) => {
      const { database } = notable();
      expect(() => transaction(database, { mode }, fail)).toThrow(first);
      expect(database.inTransaction).toBe(false);
    },
  );

  test('that only reads is a part of the one that is open already', () => {
    const { database, note, codes } = notable();
    const seen = transaction(database, { mode: 'write' }, () => {
      note('A');
      return transaction(database, { mode: 'read' }, codes);
    });
    expect([seen, codes()]).toEqual([['A'], ['A']]);
  });

  test('that writes cannot be opened within another one, and leaves that open', () => {
    const { database, note, codes } = notable();
    transaction(database, { mode: 'write' }, () => {
      note('A');
      expect(() => transaction(database, { mode: 'write' }, () => note('B'))).toThrow(/within a transaction/);
    });
    expect(codes()).toEqual(['A']);
  });

  test('tells what failed first also where it cannot be rolled back', () => {
    const { database } = notable();
    refuses(database, /^ROLLBACK$/);
    expect(() => transaction(database, { mode: 'write' }, fail)).toThrow(first);
  });
});

describe('a part of a transaction', () => {
  test('that throws leaves nothing, and all around it stays', () => {
    const { database, note, codes } = notable();
    transaction(database, { mode: 'write' }, () => {
      note('before');
      const part = () => {
        note('part');
        fail();
      };
      expect(() => partOfTransaction(database, part)).toThrow(first);
      partOfTransaction(database, () => note('after'));
    });
    expect(codes()).toEqual(['before', 'after']);
  });

  test('that cannot be taken back takes the whole with it', () => {
    const { database, note, codes } = notable();
    refuses(database, /^ROLLBACK TO/);
    let isOpen: boolean | undefined;
    const whole = () =>
      transaction(database, { mode: 'write' }, () => {
        note('before');
        try {
          partOfTransaction(database, () => {
            note('part');
            fail();
          });
        } catch (error) {
          isOpen = database.inTransaction;
          throw error;
        }
      });
    expect(whole).toThrow(first);
    expect([isOpen, codes()]).toEqual([false, []]);
  });
});
