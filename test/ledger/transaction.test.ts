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

/** Makes a connection reject a statement, like one whose disk has gone. */
function refuses(database: ReturnType<typeof notable>['database'], refused: RegExp): void {
  const exec = database.exec.bind(database);
  database.exec = (sql) => {
    if (refused.test(sql)) throw new Error(`refused: ${sql}`);
    return exec(sql);
  };
}

describe('Transaction of one connection', () => {
  test('a transaction returns the result of its work and has ended', () => {
    const { database, note, codes } = notable();
    expect(transaction(database, { mode: 'write' }, () => note('A') ?? 'done')).toBe('done');
    expect([codes(), database.inTransaction]).toEqual([['A'], false]);
  });

  test.each([{ mode: 'read' as const }, { mode: 'write' as const }])(
    'a transaction whose work throws has ended and throws the same error ($mode)',
    ({ mode }) => {
      const { database } = notable();
      expect(() => transaction(database, { mode }, fail)).toThrow(first);
      expect(database.inTransaction).toBe(false);
    },
  );

  test('a reading transaction is part of the one that is already open', () => {
    const { database, note, codes } = notable();
    const seen = transaction(database, { mode: 'write' }, () => {
      note('A');
      return transaction(database, { mode: 'read' }, codes);
    });
    expect([seen, codes()]).toEqual([['A'], ['A']]);
  });

  test('a writing transaction cannot be opened within another one, which stays open', () => {
    const { database, note, codes } = notable();
    transaction(database, { mode: 'write' }, () => {
      note('A');
      expect(() => transaction(database, { mode: 'write' }, () => note('B'))).toThrow(/within a transaction/);
    });
    expect(codes()).toEqual(['A']);
  });

  test('a transaction that cannot be rolled back throws the first error', () => {
    const { database } = notable();
    refuses(database, /^ROLLBACK$/);
    expect(() => transaction(database, { mode: 'write' }, fail)).toThrow(first);
  });
});

describe('Part of a transaction', () => {
  test('a part that throws is rolled back, and the rest of the transaction stays', () => {
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

  test('a part that cannot be rolled back rolls back the whole transaction', () => {
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
