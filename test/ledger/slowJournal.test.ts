import { appendFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Store } from '../../src/ledger/store.ts';
import { journaled } from './journaled.ts';
import { phaseStartMark } from './makeMarks.ts';

test('a command that has imported marks for some seconds leaves the rest to the next ones, which lose and double none', async () => {
  const { world, places, beside, at, unread, stages } = journaled();
  const blanks = ' '.repeat(700_000); // one at a time is read
  const names = ['a', 'b', 'c', 'd'];
  for (const stage of names)
    appendFileSync(beside, `${JSON.stringify(phaseStartMark(at, { stage }))}${blanks}\n`);
  let seconds = 0;
  const instant = () => {
    seconds += 3;
    return { ...world.context.instant(), monotonicSeconds: seconds };
  };
  const rounds: unknown[][] = [];
  while (unread()) {
    const store = new Store(
      { ...world.context, instant },
      { ...places, ledgerTimeoutMs: 100, migrate: false },
    );
    onTestFinished(() => store.close());
    await store.takeIn([]);
    rounds.push(stages());
  }
  expect(rounds.length).toBeGreaterThan(1);
  expect(rounds.at(-1)).toEqual(names);
});
