import { expect, test } from 'vitest';
import { commandOf } from '../../src/doctor/finding.ts';

test.each([
  ['run `deploytrack push`', 'deploytrack push'],
  ['run `chmod go-w d.db`, or `deploytrack init --group <name>` to share it', 'chmod go-w d.db'],
  ['run `deploytrack rules --out <folder>` and reload', null],
  ['correct it, or unset it', null],
  [undefined, null],
])('of the fix %s, the command to run is %s', (fix, command) => {
  expect(commandOf(fix === undefined ? {} : { fix })).toBe(command);
});
