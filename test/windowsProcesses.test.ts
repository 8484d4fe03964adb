import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { callerToken, callingProcess, identify, liveness } from '../src/processes.ts';
import { creationCall, readCreation, stateOnWindows } from '../src/windowsProcesses.ts';
import { powershell } from './examples/powershell.ts';
import { noPowershell } from './support/because.ts';
import { type FakeOverrides, fakeContext } from './support/context.ts';

/** Windows, with our process 4242 and the caller 4241. */
const windows = (said: FakeOverrides = {}) =>
  fakeContext({ platform: 'win32', pidNamespace: () => null, uid: undefined, ...said });

test.each([
  ['PowerShell or another program', {}, 4241],
  ['cmd.exe, which may be that of deploytrack.cmd', { PROMPT: '$P$G' }, 0],
  ['Git Bash, whose subshells end with their command', { MSYSTEM: 'MINGW64' }, 0],
])('the caller of a call from %s is judged by what outlives the call', (_, env, pid) => {
  const caller = callingProcess(windows({ env }));
  expect(caller.pid).toBe(pid);
  // The parent has ended: it was the caller only if it was no shim.
  expect(liveness(windows({ livingPids: [] }), caller)).toBe(pid === 0 ? 'unknown' : 'dead');
});

const nowMs = Date.parse('2026-01-15T10:00:00Z');

test.each([
  ['ended is dead', { exists: false, existedMs: nowMs, createdMs: null }, 'dead'],
  ['was created before is alive', { exists: true, existedMs: nowMs, createdMs: nowMs - 5 }, 'alive'],
  [
    'was created as its clock was corrected is alive',
    { exists: true, existedMs: nowMs, createdMs: nowMs + 900 },
    'alive',
  ],
  ['was created later is another one', { exists: true, existedMs: nowMs, createdMs: nowMs + 60_000 }, 'dead'],
  ['may not be inspected is unknown', { exists: true, existedMs: nowMs, createdMs: null }, 'unknown'],
  ['an older version recorded is unknown', { exists: true, existedMs: null, createdMs: nowMs }, 'unknown'],
] as const)('on Windows a process that %s', (_, now, state) => {
  expect(stateOnWindows(now)).toBe(state);
});

test('on Windows the creation time of a process is looked up only for a deployment that is quiet', () => {
  const asked: number[] = [];
  const createdMs = (pid: number) => {
    asked.push(pid);
    return nowMs - 5;
  };
  const context = windows({ now: nowMs, createdMs });
  const caller = identify(context, 4241);
  expect(liveness(context, caller)).toBe('unknown');
  expect(asked).toEqual([]);
  expect(liveness(context, caller, { isQuiet: true })).toBe('alive');
  expect(asked).toEqual([4241]);
});

test('on Windows the token of a caller is the same for each of its calls', () => {
  const context = windows();
  const first = callerToken(context);
  context.advance(5000);
  expect(callerToken(context)).toBe(first);
});

test.skipIf(noPowershell())(
  'PowerShell prints when a process was created',
  () => {
    const { args } = creationCall(process.pid, {});
    const output = execFileSync(powershell ?? '', args, { encoding: 'utf8' });
    const began = Date.now() - process.uptime() * 1000;
    expect(Math.abs((readCreation(output) ?? 0) - began)).toBeLessThan(5000);
  },
  60_000,
);

test('what PowerShell prints for a process that is gone counts as unknown', () => {
  expect([readCreation(''), readCreation('Get-Process: Cannot find a process')]).toEqual([null, null]);
});
