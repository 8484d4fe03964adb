import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { callerToken, callingProcess, identify, liveness } from '../src/processes.ts';
import {
  ancestryCall,
  creationCall,
  readAncestry,
  readCreation,
  stateOnWindows,
  type WindowsProcess,
  whoCalled,
} from '../src/windowsProcesses.ts';
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

/** Nearest first; each began a second before the one that it started. */
const chain = (...lines: readonly string[]): WindowsProcess[] =>
  lines.map((commandLine, at) => ({
    pid: 100 + at,
    parent: 101 + at,
    createdMs: nowMs - 1000 * (at + 1),
    name: /[\w.]+\.exe/i.exec(commandLine)?.[0] ?? '',
    commandLine,
  }));
const ours = String.raw`C:\Windows\system32\cmd.exe /d /s /c ""C:\Program Files\deploytrack\cmd\deploytrack.cmd" start"`;
const npx = String.raw`node.exe "C:\Program Files\nodejs\node_modules\npm\bin\npx-cli.js" deploytrack start`;

test.each([
  ['PowerShell, directly', ['powershell.exe -File deploy.ps1', 'cmd.exe /c deploy.bat'], 100],
  ['Python, by a shell', ['cmd.exe /c deploytrack start --version 1', 'python.exe deploy.py'], 101],
  ['a program, by deploytrack.cmd', [ours, 'node.exe deploy.js'], 101],
  ['a batch file, by call', ['cmd.exe /c deploy.bat', 'agent.exe'], 100],
  ['a batch file in the folder of deploytrack', [String.raw`cmd.exe /c C:\deploytrack\deploy.bat`], 100],
  ['a batch file, by for /f', ['cmd.exe /c deploytrack start', 'cmd.exe /c ""C:\\deploy.bat" "'], 101],
  ['a person in cmd.exe', [String.raw`"C:\Windows\system32\cmd.exe"`, 'explorer.exe'], 100],
  ['a script, by npx', [ours, npx, 'cmd.exe /c npx deploytrack start', 'pwsh.exe -File deploy.ps1'], 103],
  ['a process that has ended', [ours], null],
  ['an unknown one', [], null],
])('behind cmd.exe the caller is found: %s', (_, lines, pid) => {
  expect(whoCalled(chain(...lines), nowMs)).toBe(pid);
});

test('a process that was created later than what it is said to have started is not the caller', () => {
  const [shim, caller] = chain(ours, 'python.exe deploy.py') as [WindowsProcess, WindowsProcess];
  expect(whoCalled([shim, { ...caller, createdMs: nowMs + 60_000 }], nowMs)).toBeNull();
});

test('behind deploytrack.cmd the caller keeps its deployment open while it runs', () => {
  const ancestors = () => chain(ours, 'python.exe deploy.py');
  const caller = callingProcess(windows({ env: { PROMPT: '$P$G' }, ancestors, now: nowMs }));
  expect(caller.pid).toBe(101);
  expect(liveness(windows({ livingPids: [], now: nowMs }), caller)).toBe('dead');
  const living = windows({ livingPids: [101], createdMs: () => nowMs - 2000, now: nowMs });
  expect(liveness(living, caller, { isQuiet: true })).toBe('alive');
});

test('in Git Bash no program is started to find the caller', () => {
  const ancestors = () => {
    throw new Error('asked');
  };
  expect(callingProcess(windows({ env: { PROMPT: '$P$G', MSYSTEM: 'MINGW64' }, ancestors })).pid).toBe(0);
});

test('the processes that PowerShell prints are read as data, until the first line that is none', () => {
  const line = (...texts: string[]) =>
    ['4241 77 20260115110000.250000+060', ...texts.map((text) => Buffer.from(text).toString('base64'))].join(
      ' ',
    );
  const [first, second, ...more] = readAncestry(
    `${line('cmd.exe', 'cmd /c "grün\n4 4"')}\r\n${line('svchost.exe', '')}\r\nGet-X : failed\r\n${line('a', '')}`,
  );
  const common = { pid: 4241, parent: 77, createdMs: nowMs + 250 };
  expect(first).toEqual({ ...common, name: 'cmd.exe', commandLine: 'cmd /c "grün\n4 4"' });
  expect(second).toEqual({ ...common, name: 'svchost.exe', commandLine: '' });
  expect(more).toEqual([]);
  expect(readAncestry('')).toEqual([]);
});

test.skipIf(noPowershell())(
  'PowerShell understands the question for the processes above',
  () => {
    const { args } = ancestryCall(process.pid, {});
    const script = args.at(-1) ?? '';
    // Only Windows has these objects: a stand-in for one, and none above it.
    const ofOne = script
      .replace(/\[wmi\] \([^)]+\)/, '$one')
      .replace(
        '$at =',
        `$one = @{ ProcessId = 4241; ParentProcessId = 0; CreationDate = '20260115110000.250000+060'; Name = 'cmd.exe'; CommandLine = 'cmd /c "grün"' }; $at =`,
      );
    const output = execFileSync(powershell ?? '', [...args.slice(0, -1), ofOne], { encoding: 'utf8' });
    expect(readAncestry(output)).toEqual([
      { pid: 4241, parent: 0, createdMs: nowMs + 250, name: 'cmd.exe', commandLine: 'cmd /c "grün"' },
    ]);
  },
  60_000,
);

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
