import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeSpool } from '../../src/ledger/journal/makeSpool.ts';
import { spoolFolder } from '../../src/ledger/journal/spool.ts';
import { tidySpools } from '../../src/ledger/journal/tidySpools.ts';
import { codes, journaled } from './journaled.ts';
import { phaseStartMark } from './makeMarks.ts';

/** A journal with one writer, and what that appends. */
function spooled(name = 'writer') {
  const made = journaled();
  const path = makeSpool(made.places, name);
  if (path === null) throw new Error('no journal');
  const append = (stage: string) =>
    appendFileSync(path, `${JSON.stringify(phaseStartMark(made.at, { stage }))}\n`);
  const { context, database, path: ledgerPath } = made.world;
  return { ...made, path, append, tidy: () => tidySpools(context, { database, ledgerPath }) };
}

describe('Journals of one writer', () => {
  test('their lines are imported once, whatever the umask of the writer is', () => {
    const { path, append, takeIn, unread, stages } = spooled();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(unread()).toBe(false);
    append('first');
    expect(unread()).toBe(true);
    takeIn();
    append('second');
    takeIn();
    takeIn();
    expect(stages()).toEqual(['first', 'second']);
    expect(unread()).toBe(false);
  });

  test('one that is imported is removed after an hour, one with new lines never', () => {
    const { world, path, append, takeIn, tidy } = spooled();
    append('first');
    const age = (seconds: number) => {
      const at = world.context.instant().wallMs / 1000 - seconds;
      utimesSync(path, at, at);
    };
    age(7200);
    tidy();
    expect(existsSync(path)).toBe(true);
    takeIn();
    age(3000);
    tidy();
    expect(existsSync(path)).toBe(true);
    age(7200);
    tidy();
    expect(existsSync(path)).toBe(false);
  });

  test('no name is used twice, and other files of the folder are left alone', () => {
    const { places, path, append, takeIn, stages } = spooled();
    expect(makeSpool(places, 'writer')).toBeNull();
    append('first');
    appendFileSync(join(dirname(path), 'notes.txt'), 'not a journal\n');
    expect(codes(takeIn())).not.toContain('JOURNAL');
    expect(stages()).toEqual(['first']);
  });

  test('a folder that is a link is neither read nor written to', () => {
    const { world, places, takeIn, at } = journaled();
    const elsewhere = join(dirname(world.path), 'elsewhere');
    mkdirSync(elsewhere);
    appendFileSync(join(elsewhere, 'a.journal'), `${JSON.stringify(phaseStartMark(at))}\n`);
    symlinkSync(elsewhere, spoolFolder(world.path));
    expect(makeSpool(places, 'writer')).toBeNull();
    expect(takeIn()).toEqual([]);
    expect(readdirSync(elsewhere)).toEqual(['a.journal']);
  });

  test('in a folder that others can write to there is none', () => {
    const { world, places } = journaled();
    chmodSync(dirname(world.path), 0o777);
    expect(makeSpool(places, 'writer')).toBeNull();
    expect(existsSync(spoolFolder(world.path))).toBe(false);
  });

  test('without a ledger there is none', () => {
    const { places } = journaled();
    expect(makeSpool({ ...places, ledgerPath: `${places.ledgerPath}.other` }, 'writer')).toBeNull();
  });
});
