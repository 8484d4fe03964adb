import { type ChildProcess, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { processContext } from '../src/context.ts';
import { callerToken, identify, liveness, processOfToken } from '../src/processes.ts';
import { notRoot } from './support/because.ts';
import { fakeContext } from './support/context.ts';
import { eventually } from './support/eventually.ts';

const real = processContext();
const us = identify(real, process.pid);

function sleeper(command = ['sleep', '60']): ChildProcess {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  await new Promise((resolve) => child.once('exit', resolve));
}

test('a process is identified by PID, start time, boot and PID namespace', () => {
  expect(us).toEqual({
    pid: process.pid,
    started: expect.stringMatching(/^\d+$/),
    boot: expect.stringMatching(/-/),
    pidNamespace: readlinkSync('/proc/self/ns/pid'),
  });
});

test('a running process is alive, and dead after its end', async () => {
  const child = sleeper();
  const it = identify(real, child.pid as number);
  expect(liveness(real, it)).toBe('alive');
  child.kill('SIGKILL');
  await ended(child);
  expect(liveness(real, it)).toBe('dead');
});

test('a process that ended and was not waited for is dead', async () => {
  // The shell becomes a program that waits for no child; its child has ended by then.
  const parent = sleeper(['sh', '-c', 'sleep 0.1 & echo $!; exec sleep 60']);
  const pid = Number(await new Promise((resolve) => parent.stdout?.once('data', resolve)));
  const it = identify(real, pid);
  await eventually(() => (liveness(real, it) === 'dead' ? true : undefined), { what: 'the end of a zombie' });
  expect(real.kill(pid, 0)).toBe(true);
});

test.each([
  ['of another boot is dead', { boot: 'another' }, 'dead'],
  ['that started at another time is dead', { started: '1' }, 'dead'],
  ['with a PID that does not exist is dead', { pid: 4_194_000 }, 'dead'],
  ['with a PID that does not exist and no start time is dead too', { pid: 4_194_000, started: null }, 'dead'],
  ['without a start time is unknown', { started: null }, 'unknown'],
  ['of another PID namespace is unknown', { pidNamespace: 'pid:[1]' }, 'unknown'],
  ['of an unknown boot is unknown', { boot: null }, 'unknown'],
  ['with PID 0 is unknown', { pid: 0 }, 'unknown'],
  ['with PID 1 is unknown', { pid: 1 }, 'unknown'],
  ['with a negative PID, which would be a group, is unknown', { pid: -process.pid }, 'unknown'],
  ['with a fractional PID is unknown', { pid: process.pid + 0.5 }, 'unknown'],
  [
    'from a mark without a namespace is alive if it is found with its start time',
    { pidNamespace: null },
    'alive',
  ],
  [
    'from a mark without a namespace is unknown if it is not found',
    { pidNamespace: null, started: '1' },
    'unknown',
  ],
] as const)('a process %s', (_, said, expected) => {
  expect(liveness(real, { ...us, ...said })).toBe(expected);
});

test('the state of a process is unknown if /proc belongs to another namespace', () => {
  const blind = fakeContext({ pidNamespace: () => null, livingPids: [] });
  expect(identify(blind, process.pid)).toMatchObject({ started: null, pidNamespace: null });
  expect(liveness(blind, { ...us, boot: 'boot-1', pidNamespace: null })).toBe('unknown');
});

test('without /proc a missing process is dead, and an existing one may be another', () => {
  const context = fakeContext({ platform: 'darwin', pidNamespace: () => null, livingPids: [77] });
  const of = (pid: number) => identify(context, pid);
  expect([liveness(context, of(77)), liveness(context, of(78))]).toEqual(['unknown', 'dead']);
});

test.skipIf(notRoot())('a process of another account is visible if /proc shows it', () => {
  const child = sleeper(['setpriv', '--reuid', '54321', '--regid', '54321', '--clear-groups', 'sleep', '60']);
  expect(liveness(real, identify(real, child.pid as number))).toBe('alive');
});

test('a process hidden by /proc is unknown while its PID exists', () => {
  // As with `hidepid=2`: no entry in /proc, but the PID exists.
  const context = fakeContext({ livingPids: [4_194_000] });
  const hidden = { pid: 4_194_000, started: '5', boot: 'boot-1', pidNamespace: 'pid:[1]' };
  expect(liveness(context, hidden)).toBe('unknown');
});

test('the token of a caller names its boot, namespace, PID and start time', () => {
  const parent = identify(real, process.ppid);
  const token = callerToken(real) as string;
  expect(token).toBe(`${parent.boot}/${parent.pidNamespace}/${parent.pid}/${parent.started}`);
  expect(processOfToken(token)).toEqual(parent);
  const blind = fakeContext({ pidNamespace: () => null, parentPid: 77 });
  expect(callerToken(blind)).toBe('boot-1//77/');
  expect(processOfToken('boot-1//77/')).toEqual({
    boot: 'boot-1',
    pid: 77,
    started: null,
    pidNamespace: null,
  });
});

test('a caller outside of the container has no token', () => {
  expect(callerToken(fakeContext({ parentPid: 0 }))).toBeNull();
});

test('the caller of a command is the same whether a launcher such as timeout is in between or not', async () => {
  const launcher = sleeper(['timeout', '60', 'timeout', '60', 'sh', '-c', 'echo $PPID; exec sleep 60']);
  const inner = Number(await new Promise((resolve) => launcher.stdout?.once('data', resolve)));
  onTestFinished(() => void process.kill(inner, 'SIGTERM'));
  const here = callerToken({ ...real, parentPid: process.pid });
  expect(callerToken({ ...real, parentPid: inner })).toBe(here);
  expect(callerToken({ ...real, parentPid: launcher.pid as number })).toBe(here);
});
