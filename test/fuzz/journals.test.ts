import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowsOf } from '../support/program.ts';
import { expectWords, fuzzFolder, patience, runs } from './inProcess.ts';
import { damaged, oddBytes, oddJson, oddText } from './odd.ts';

/** A folder whose ledger has the deployment `d`, and one line of a journal for each of several marks. */
async function withLines() {
  const world = fuzzFolder();
  const journal = `${world.ledger}.journal`;
  writeFileSync(world.ledger, 'in the way');
  await world.run(['start', '--id', 'd', '--deployment', 'app', '--version', '1']);
  await world.run(['phase', 'record', 'known', '--duration', '1s', '--id', 'd']);
  await world.run(['cost', 'vm', '1', '--id', 'd']);
  await world.run(['error-rate', '0.5', '--id', 'd']);
  await world.run(['finish', '--id', 'd']);
  await world.run(['phase', 'record', 'last', '--duration', '1s', '--id', 'e']);
  const lines = readFileSync(journal, 'utf8').trimEnd().split('\n');
  rmSync(world.ledger);
  rmSync(journal);
  // The last one stays intact: a changed line that is still a mark takes the place of another one with its ID.
  const last = lines.pop() as string;
  return { ...world, journal, lines, last };
}

test('any journal is imported without its invalid lines, and an intact mark once', {
  timeout: patience,
}, async () => {
  const { run, journal, ledger, lines, last } = await withLines();
  expect(lines).toHaveLength(5);
  const text = lines.join('\n');
  const chunk = fc.oneof(
    fc.constantFrom(...lines, lines[1] as string, '').map((line) => Buffer.from(`${line}\n`)),
    oddBytes,
    oddJson.map((json) => Buffer.from(`${json}\n`)),
    damaged(text).map((part) => Buffer.from(part)),
    oddText.map((odd) => Buffer.from(lines[1]?.replace('"known"', JSON.stringify(odd)) ?? '')),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(chunk, { maxLength: 8 }), async (chunks) => {
      rmSync(ledger, { force: true });
      await run(['init', '--deployment', 'other']);
      // An intact line at the end, twice: what stands before it must not hide it.
      writeFileSync(journal, Buffer.concat([...chunks, Buffer.from(`\n${last}\n${last}\n`)]));
      expectWords(await run(['history']), [0]);
      expectWords(await run(['history']), [0]);
      const found = rowsOf(ledger, {
        sql: "SELECT count(*) AS n FROM deployment_stages WHERE stage = 'last' AND deployment_id = 'e'",
      });
      expect(found).toEqual([{ n: 1 }]);
      for (const suffix of ['', '-wal', '-shm', '.journal']) rmSync(ledger + suffix, { force: true });
    }),
    { numRuns: runs(25) },
  );
});
