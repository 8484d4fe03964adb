import { expect, test } from 'vitest';
import { writeLog } from '../../src/server/log.ts';
import type { LogEntry } from '../../src/server/serverContext.ts';
import { fakeContext } from '../support/context.ts';

function logged(isTerminal: boolean, entry: LogEntry): string {
  const context = fakeContext({ stderr: { isTerminal } });
  writeLog(context, entry);
  return context.stderr.text;
}

const listening: LogEntry = { level: 'info', message: 'listening', address: 'http://*:9102', auth: 'none' };

test('serve on a terminal prints the URLs to open, and neither requests nor its end', () => {
  expect(logged(true, listening)).toBe(
    'Web UI: http://localhost:9102/   metrics: http://localhost:9102/metrics   health: http://localhost:9102/health   (Ctrl-C ends)\n',
  );
  expect(logged(true, { level: 'info', message: 'webhook', sender: 'github' })).toBe('');
});

test('serve on a terminal prints problems as other commands do', () => {
  expect(
    logged(true, { level: 'warning', message: 'refused', status: 431, hint: 'use shorter headers' }),
  ).toBe('deploytrack: warning: refused (status 431)\ndeploytrack: hint: use shorter headers\n');
});

test('serve in a pipe and under systemd logs one line of JSON for each entry', () => {
  expect(JSON.parse(logged(false, listening))).toMatchObject({ level: 'info', message: 'listening' });
});
