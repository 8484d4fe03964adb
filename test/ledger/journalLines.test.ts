import { appendFileSync, existsSync, statSync, truncateSync, utimesSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rotateJournal } from '../../src/ledger/journal/importJournals.ts';
import { journalPath } from '../../src/ledger/journal/unread.ts';
import type { Mark } from '../../src/marks.ts';
import { codes, journaled } from './journaled.ts';
import { phaseStartMark, startMark } from './makeMarks.ts';

describe('Invalid lines of a journal', () => {
  const garbage = [
    'nonsense',
    '{"markId":1}',
    '{}',
    'null',
    '[]',
    '{"markId":"a","deploymentId":"b"}',
    '{"markId":"a","deploymentId":"b","kind":"phase-start"}',
    '\u0000\u0000',
  ];

  test.each(garbage)(
    'the invalid line %j is skipped with a warning, and the marks around it are imported',
    (line) => {
      const { keep, takeIn, stages, beside, at } = journaled();
      keep(phaseStartMark(at, { stage: 'before' }));
      appendFileSync(beside, `${line}\n`);
      keep(phaseStartMark(at, { stage: 'after' }));
      expect(codes(takeIn()).filter((code) => code !== 'UNKNOWN_ID')).toEqual(['JOURNAL']);
      expect(stages()).toEqual(['before', 'after']);
      expect(takeIn()).toEqual([]);
    },
  );

  test('a mark of a kind that a later version may have is skipped with a warning', () => {
    const { keep, takeIn, stages, at } = journaled();
    keep({ ...phaseStartMark(at), kind: 'teleport' } as unknown as Mark);
    keep(phaseStartMark(at, { stage: 'after' }));
    const [first] = takeIn();
    expect(first).toMatchObject({
      code: 'JOURNAL',
      message: expect.stringContaining('"teleport"'),
      failed: 'recording',
    });
    expect(stages()).toEqual(['after']);
  });

  test('a mark that cannot be applied is skipped with a warning', () => {
    const { world, keep, takeIn, stages, at } = journaled();
    keep(startMark(at));
    keep({ ...phaseStartMark(at), stage: null } as unknown as Mark);
    keep(phaseStartMark(at, { stage: 'after' }));
    expect(codes(takeIn())).toEqual(['JOURNAL']);
    expect(stages()).toEqual(['after']);
    expect(world.deployment().fragment).toBe(0);
  });

  test('an invalid line is reported with its place in the file, also after an earlier import', () => {
    const { keep, takeIn, beside, at } = journaled();
    keep(startMark(at));
    takeIn();
    const before = statSync(beside).size;
    appendFileSync(beside, 'no mark\n');
    expect(takeIn()[0]?.message).toContain(`(7 bytes, from byte ${before} on)`);
  });

  test('a line with bytes that are not UTF-8 does not shift the following lines', () => {
    const { keep, takeIn, unread, stages, beside, at } = journaled();
    appendFileSync(beside, Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0xff, 0x0a]));
    keep(phaseStartMark(at, { stage: 'one' }));
    takeIn();
    expect(unread()).toBe(false);
    keep(phaseStartMark(at, { stage: 'two' }));
    takeIn();
    expect(stages()).toEqual(['one', 'two']);
  });
});

describe('Incomplete last line', () => {
  const torn = () => {
    const made = journaled();
    made.keep(phaseStartMark(made.at, { stage: 'whole' }));
    const line = JSON.stringify(phaseStartMark(made.at, { stage: 'torn' }));
    appendFileSync(made.beside, line.slice(0, 40));
    return { ...made, line };
  };

  test('an incomplete last line waits until it is complete', () => {
    const { takeIn, stages, beside, line } = torn();
    takeIn();
    expect(stages()).toEqual(['whole']);
    appendFileSync(beside, `${line.slice(40)}\n`);
    takeIn();
    expect(stages()).toEqual(['whole', 'torn']);
  });

  test('an incomplete last line does not damage the next mark', () => {
    const { keep, takeIn, stages, at } = torn();
    keep(phaseStartMark(at, { stage: 'next' }));
    expect(codes(takeIn())).toContain('JOURNAL');
    expect(stages()).toEqual(['whole', 'next']);
  });
});

describe('Emptied journal', () => {
  test('an emptied journal is read from its beginning', () => {
    const { keep, takeIn, unread, stages, beside, at } = journaled();
    keep(phaseStartMark(at, { stage: 'a_phase_with_a_long_name' }));
    takeIn();
    truncateSync(beside);
    keep(phaseStartMark(at, { stage: 'b' }));
    expect(unread()).toBe(true);
    takeIn();
    expect(stages()).toEqual(['a_phase_with_a_long_name', 'b']);
    expect(unread()).toBe(false);
  });
});

describe('Rotation of journals', () => {
  const large = () => {
    const made = journaled();
    made.keep(phaseStartMark(made.at, { stage: 'first' }));
    appendFileSync(made.beside, `${'x'.repeat(1_100_000)}\n`);
    const rotate = () =>
      rotateJournal(made.world.context, { database: made.world.database, ledgerPath: made.world.path });
    return { ...made, rotate, old: `${journalPath(made.world.path)}.old` };
  };

  test('a large journal is moved aside, and its marks are still imported once', () => {
    const { rotate, keep, takeIn, stages, beside, old, at } = large();
    rotate();
    expect([existsSync(beside), existsSync(old)]).toEqual([false, true]);
    keep(phaseStartMark(at, { stage: 'second' }));
    appendFileSync(old, `${JSON.stringify(phaseStartMark(at, { stage: 'a_late_writer' }))}\n`);
    takeIn();
    takeIn();
    expect([...stages()].sort()).toEqual(['a_late_writer', 'first', 'second']);
  });

  test('a small journal is not moved', () => {
    const { world, keep, at, beside } = journaled();
    keep(startMark(at));
    rotateJournal(world.context, { database: world.database, ledgerPath: world.path });
    expect(existsSync(beside)).toBe(true);
  });

  test('a large journal does not replace a moved one that still exists', () => {
    const { rotate, keep, takeIn, stages, beside, old, at } = large();
    rotate();
    keep(phaseStartMark(at, { stage: 'second' }));
    appendFileSync(beside, `${'x'.repeat(1_100_000)}\n`);
    rotate();
    expect([existsSync(beside), existsSync(old)]).toEqual([true, true]);
    takeIn();
    expect(stages()).toEqual(['first', 'second']);
  });

  test('a moved journal is removed after an hour, once its marks are imported', () => {
    const { world, rotate, takeIn, old } = large();
    rotate();
    const changed = Math.round(world.context.instant().wallMs / 1000);
    utimesSync(old, changed, changed);
    world.pass(3601);
    rotate();
    expect(existsSync(old)).toBe(true);
    takeIn(); // its first mark
    takeIn(); // what is longer than one reading
    rotate();
    expect(existsSync(old)).toBe(false);
  });

  test('a moved journal stays for an hour, since a slow writer may still append to it', () => {
    const { world, rotate, takeIn, old } = large();
    rotate();
    const changed = Math.round(world.context.instant().wallMs / 1000);
    utimesSync(old, changed, changed);
    takeIn();
    world.pass(3500);
    rotate();
    expect(existsSync(old)).toBe(true);
  });
});
