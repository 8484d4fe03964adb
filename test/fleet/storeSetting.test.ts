import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newProgram } from '../support/program.ts';

test('a file of the store without a URL is named with its variable, and its content is not shown', async () => {
  const program = newProgram();
  const file = join(program.folder, 'store');
  writeFileSync(file, 'hunter2\n');
  const { code, stderr } = await program.run(['sync'], { env: { DEPLOYTRACK_STORE_URL_FILE: file } });
  expect(code).toBe(2);
  expect(stderr).toContain(`error: invalid URL in DEPLOYTRACK_STORE_URL_FILE: ${file}; expected postgres://`);
  expect(stderr).not.toContain('hunter2');
});

const usageErrorOf = async (...words: string[]) => {
  const env = { DEPLOYTRACK_STORE_URL: 'postgres://u@127.0.0.1:9/db' };
  const { code, stderr } = await newProgram({ env }).run(words);
  expect(code).toBe(2);
  return stderr;
};

test.each([['history'], ['show'], ['stats', '--budget'], ['gate'], ['serve']])(
  '%s rejects an empty URL for --store instead of asking the store of the settings',
  async (...words) => {
    const message =
      'deploytrack: error: invalid URL "" for --store; expected postgres://user@host/database\n';
    for (const empty of [['--store='], ['--store', '']])
      expect(await usageErrorOf(...words, ...empty)).toBe(message);
  },
);

test.each([
  ['show', '--store', '20261130T191355Z-2831a0bd'],
  ['compare', '--store', '1.0', '1.1'],
])('%s %s %s says that --store has taken the argument after it', async (...words) => {
  expect(await usageErrorOf(...words)).toContain('hint: put --store last, or write --store <url>\n');
});

test('a command whose --store needs a URL does not say that it can be last', async () => {
  expect(await usageErrorOf('fleet', '--store', '1.0')).not.toContain('put --store last');
  expect(await usageErrorOf('compare', '--store', 'postgres://u@host/db', '1.0')).toContain('--help');
});
