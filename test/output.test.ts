import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { processOutput } from '../src/output.ts';

function consoleOf(said: { platform: NodeJS.Platform; isTerminal: boolean }) {
  const stream = new PassThrough({ encoding: 'utf8' });
  const output = processOutput(2, {
    stream: () => stream as unknown as NodeJS.WriteStream,
    platform: said.platform,
    isTerminal: () => said.isTerminal,
  });
  return { stream, output };
}

test('text for a console of Windows goes through its stream, in order and with its umlauts', () => {
  const { stream, output } = consoleOf({ platform: 'win32', isTerminal: true });
  output.write('grün ');
  expect(output.writeAtOnce('und blau')).toBe(true);
  expect(stream.read()).toBe('grün und blau');
});

test('text for a console of Windows that was closed is dropped', () => {
  const { stream, output } = consoleOf({ platform: 'win32', isTerminal: true });
  output.write('first');
  stream.destroy(new Error('EPIPE'));
  output.write('second');
  expect(output.problem).toBeNull();
});

test.each([
  ['a pipe of Windows', 'win32', false],
  ['a terminal of Linux', 'linux', true],
] as const)('text for %s does not load its stream', (_, platform, isTerminal) => {
  const { stream, output } = consoleOf({ platform, isTerminal });
  output.write('');
  expect(stream.listenerCount('error')).toBe(0);
});
