import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { transaction } from '../../src/ledger/file/transaction.ts';
import { hasUnread } from '../../src/ledger/journal/unread.ts';
import { notRoot } from '../support/because.ts';
import { codes, journaled } from './journaled.ts';
import { finishMark, later, phaseEndMark, phaseStartMark, startMark } from './makeMarks.ts';

describe('Mark in the journal', () => {
  test('a mark is one line in the journal next to the ledger, which only its account can read', () => {
    const { keep, beside, at } = journaled();
    expect(keep(startMark(at, { notes: 'two\nlines' }))).toBe(beside);
    expect(readFileSync(beside, 'utf8').split('\n')).toHaveLength(2);
    expect(statSync(beside).mode & 0o777).toBe(0o600);
  });

  test('the journal can be written by the group if its folder belongs to a group', () => {
    const { keep, beside, at, world } = journaled();
    chmodSync(dirname(world.path), 0o2770);
    keep(startMark(at));
    expect(statSync(beside).mode & 0o777).toBe(0o660);
  });

  test('on Windows only a start in the journal looks up processes, each with a program', () => {
    const asked: number[] = [];
    const createdMs = (pid: number) => {
      asked.push(pid);
      return null;
    };
    const { world, keep, takeIn, at } = journaled({ platform: 'win32', livingPids: [77], createdMs });
    const process = { pid: 77, started: '1768471200000', boot: 'boot-1', pidNamespace: null };
    world.apply(startMark(at, { caller: process }));
    world.pass(900);
    keep(phaseEndMark(world.context.instant(), { stage: 'extract', startedAt: at }));
    takeIn();
    expect(asked).toEqual([]);
    keep(startMark(world.context.instant(), { deploymentId: 'd2' }));
    takeIn();
    expect(asked).toEqual([77]);
  });

  test('marks in the journal are applied by the next command, in order, exactly once', () => {
    const { world, keep, takeIn, unread, stages, at } = journaled();
    expect(unread()).toBe(false);
    keep(startMark(at));
    for (const stage of ['extract', 'migration', 'cutover'])
      keep(phaseEndMark(later(at, 9), { stage, startedAt: at }));
    expect(unread()).toBe(true);
    expect(takeIn()).toEqual([]);
    expect(unread()).toBe(false);
    expect(takeIn()).toEqual([]);
    expect(stages()).toEqual(['extract', 'migration', 'cutover']);
    keep(finishMark(later(at, 10)));
    takeIn();
    expect(world.deployment()).toMatchObject({ deployment_status: 'success', total_duration: 10 });
    expect(world.total('deployment_total', ['success'])).toBe(1);
  });

  test('two readers of a journal apply its marks once, and one of them reports errors', () => {
    const { keep, open, unread, stages, beside, at } = journaled();
    keep(phaseStartMark(at, { stage: 'first' }));
    appendFileSync(beside, 'no mark\n');
    const [one, other] = [open(), open()];
    keep(phaseStartMark(later(at, 1), { stage: 'second' })); // After both have read.
    expect(codes(one())).toEqual(['UNKNOWN_ID', 'JOURNAL']);
    expect(codes(other())).toEqual([]);
    expect(stages()).toEqual(['first']);
    expect(unread()).toBe(true);
    open()();
    expect([stages(), unread()]).toEqual([['first', 'second'], false]);
  });

  test('marks are applied once, in any order, if one reader has read further than the other', () => {
    for (const isLaterFirst of [true, false]) {
      const { keep, open, unread, stages, at } = journaled();
      keep(phaseStartMark(at, { stage: 'first' }));
      const less = open();
      keep(phaseStartMark(later(at, 1), { stage: 'second' }));
      const more = open();
      for (const takeIn of isLaterFirst ? [more, less] : [less, more]) takeIn();
      expect([stages(), unread()]).toEqual([['first', 'second'], false]);
    }
  });

  test('hundreds of marks are applied in several transactions, and once even if only the first was committed', () => {
    const { world, keep, takeIn, stages, steps, unread, at } = journaled();
    for (let number = 0; number < 250; number += 1)
      keep(phaseStartMark(later(at, number), { stage: `s_${number}` }));
    const [first, ...others] = steps();
    expect(others).toHaveLength(2);
    transaction(world.database, { mode: 'write' }, () => first?.(world.database));
    expect([stages().length, unread()]).toEqual([100, true]);
    takeIn();
    expect(stages()).toEqual(Array.from({ length: 250 }, (_, number) => `s_${number}`));
    expect(unread()).toBe(false);
  });

  test('marks are applied again after a transaction that was rolled back', () => {
    const { world, keep, takeIn, stages, at } = journaled();
    keep(phaseStartMark(at));
    world.database.exec('BEGIN');
    takeIn();
    world.database.exec('ROLLBACK');
    takeIn();
    expect(stages()).toEqual(['extract']);
  });

  test('marks are applied once even if their journal was copied, restored or moved', () => {
    const { keep, takeIn, stages, beside, at } = journaled();
    keep(phaseStartMark(at));
    takeIn();
    const text = readFileSync(beside);
    renameSync(beside, `${beside}.old`);
    writeFileSync(beside, text);
    expect(takeIn()).toEqual([]);
    expect(stages()).toEqual(['extract']);
  });

  test('a mark in the journal has the time of its recording, not of its import', () => {
    const { world, keep, takeIn, at } = journaled();
    keep(startMark(at));
    keep(phaseStartMark(later(at, 1)));
    world.pass(500);
    keep(phaseEndMark(later(at, 4)));
    takeIn();
    expect(world.deployment()).toMatchObject({
      deployment_started_at: '2026-01-15T10:00:00.000Z',
      extract_duration: 3,
    });
  });

  test('a mark of an unknown deployment makes an incomplete deployment', () => {
    const { world, keep, takeIn, at } = journaled();
    keep(phaseStartMark(at, { deploymentId: 'stranger' }));
    expect(codes(takeIn())).toEqual(['UNKNOWN_ID']);
    expect(world.deployment('stranger').fragment).toBe(1);
  });

  test('a start after its phases counts them all', () => {
    const { world, keep, takeIn, at } = journaled();
    keep(phaseEndMark(later(at, 5), { startedAt: at }));
    keep(startMark(at));
    takeIn();
    expect(world.deployment()).toMatchObject({ fragment: 0, extract_duration: 5 });
    expect(world.observed('deployment_stage_duration_seconds', ['shop', 'extract']).count).toBe(1);
  });
});

describe('Two journals', () => {
  test('marks of two journals are imported by time, so a start in the fallback comes before its finish', () => {
    const { world, keep, takeIn, beside, elsewhere, at } = journaled();
    mkdirSync(beside); // Makes writing there impossible.
    expect(keep(startMark(at))).toBe(elsewhere);
    expect(keep(phaseEndMark(later(at, 2), { startedAt: at }))).toBe(elsewhere);
    renameSync(beside, `${beside}.gone`);
    expect(keep(finishMark(later(at, 3)))).toBe(beside);
    expect(takeIn()).toEqual([]);
    expect(world.deployment()).toMatchObject({
      deployment_status: 'success',
      extract_duration: 2,
      fragment: 0,
    });
  });

  test('marks of each journal stay in order, whatever the clock did', () => {
    const { keep, takeIn, stages, at } = journaled();
    keep(startMark(at));
    keep(phaseStartMark(later(at, 60), { stage: 'first' }));
    keep(phaseStartMark(later(at, -60), { stage: 'second' }));
    takeIn();
    expect(stages()).toEqual(['first', 'second']);
  });
});

describe('Journals of another account', () => {
  // Only root can give a file away.
  test.skipIf(notRoot())('a fallback journal of another account is not written', () => {
    const { beside, elsewhere, at, keep } = journaled();
    mkdirSync(beside);
    writeFileSync(elsewhere, '', { mode: 0o666 });
    chownSync(elsewhere, 4711, 4711);
    expect(keep(startMark(at))).toBeNull();
    expect(readFileSync(elsewhere, 'utf8')).toBe('');
  });

  test.skipIf(notRoot()).each([
    { owner: 4711, codes: ['JOURNAL'], stages: [] },
    { owner: 0, codes: ['UNKNOWN_ID'], stages: ['planted'] },
  ])(
    'importing a shared fallback journal of the account $owner gives the warnings $codes',
    ({ owner, codes: expected, stages: kept }) => {
      const { takeIn, stages, elsewhere, at } = journaled();
      writeFileSync(elsewhere, `${JSON.stringify(phaseStartMark(at, { stage: 'planted' }))}\n`);
      chownSync(elsewhere, owner, owner);
      expect(codes(takeIn())).toEqual(expected);
      expect(stages()).toEqual(kept);
    },
  );

  test.skipIf(notRoot()).each([
    { who: 'everyone', mode: 0o777, codes: ['JOURNAL'], stages: [] },
    { who: 'its group', mode: 0o775, codes: ['UNKNOWN_ID'], stages: ['planted'] },
  ])(
    'importing a journal of another account next to the ledger, in a folder that $who can write to, gives the warnings $codes',
    ({ mode, codes: expected, stages: kept }) => {
      const { takeIn, stages, beside, at, world } = journaled();
      chmodSync(dirname(world.path), mode);
      writeFileSync(beside, `${JSON.stringify(phaseStartMark(at, { stage: 'planted' }))}\n`);
      chownSync(beside, 4711, 4711);
      expect(codes(takeIn())).toEqual(expected);
      expect(stages()).toEqual(kept);
    },
  );

  test('a journal that is not a file gives a warning, and the marks of other journals are imported', () => {
    const { keep, takeIn, stages, places, elsewhere, at, world } = journaled();
    mkdirSync(elsewhere);
    keep(phaseStartMark(at));
    const warnings = takeIn();
    expect(warnings.map(({ code, failed }) => [code, failed])).toContainEqual(['JOURNAL', undefined]);
    expect(stages()).toEqual(['extract']);
    expect(hasUnread(world.database, { ...places, fallbackFolders: [] })).toBe(false);
  });

  test('a journal behind a link is not written', () => {
    const { keep, elsewhere, beside, at, world } = journaled();
    const target = join(dirname(world.path), 'target');
    writeFileSync(target, '');
    symlinkSync(target, beside);
    expect(keep(startMark(at))).toBe(elsewhere);
    expect(readFileSync(target, 'utf8')).toBe('');
  });
});

describe('No place for a journal', () => {
  test('saving a mark returns null if no journal can be written', () => {
    const { keep, beside, elsewhere, at } = journaled();
    mkdirSync(beside);
    mkdirSync(elsewhere);
    expect(keep(startMark(at))).toBeNull();
  });
});
