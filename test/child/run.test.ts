import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ChildEnd } from '../../src/child/end.ts';
import { bundledFixture } from './bundle.ts';
import { endOf, type Front, type FrontEnd, inShell, runFront, saysFirst, startFront } from './front.ts';

const harness = bundledFixture('childHarness');

/** The harness with options, and the file to which it writes how the command ended. */
function harnessWith(...options: string[]): Front & { readonly end: () => ChildEnd } {
  const file = join(mkdtempSync(join(tmpdir(), 'deploytrack-test-')), 'end.json');
  const words = [process.execPath, harness, '--end', file, ...options];
  return { words, end: () => JSON.parse(readFileSync(file, 'utf8')) as ChildEnd };
}

const shown = ({ code, signal, stdout }: FrontEnd) => [code, signal, stdout.toString()];

describe('Timeout of a command', () => {
  test('a timeout ends the command and all its descendants with SIGTERM and gives exit code 124', async () => {
    const front = harnessWith('--timeout', '300');
    // Its output goes elsewhere, otherwise our own output would stay open until it ends by itself.
    const end = await runFront(front, ['bash', '-c', 'sleep 300 >/dev/null 2>&1 & echo $!; wait']);
    onTestFinished(() => {
      if (isAlive(Number(end.stdout))) process.kill(Number(end.stdout), 'SIGKILL');
    });
    expect([end.code, end.signal]).toEqual([124, null]);
    expect(front.end()).toMatchObject({ timedOut: true, signal: 'SIGTERM', shellCode: 124 });
    await expect.poll(() => isAlive(Number(end.stdout))).toBe(false);
  });

  test('a timeout gives exit code 124 even if the command exits with success after SIGTERM', async () => {
    const front = harnessWith('--timeout', '300');
    const end = await runFront(front, [
      'bash',
      '-c',
      'trap "echo cleaned; exit 0" TERM; while :; do sleep 0.02; done',
    ]);
    expect(shown(end)).toEqual([124, null, 'cleaned\n']);
    expect(front.end()).toMatchObject({ timedOut: true, exitCode: 0 });
  });

  test('a timeout sends SIGKILL to a command that ignores SIGTERM', async () => {
    const front = harnessWith('--timeout', '200', '--grace', '200');
    const end = await runFront(front, ['sh', '-c', 'trap "" TERM; while :; do sleep 0.05; done']);
    expect(end.code).toBe(124);
    expect(front.end()).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
  });

  test('a timeout that is not reached changes nothing, even if it is longer than a timer can be', async () => {
    const front = harnessWith('--timeout', String(2 ** 40));
    expect((await runFront(front, ['sh', '-c', 'sleep 0.1; exit 3'])).code).toBe(3);
    expect(front.end()).toMatchObject({ timedOut: false, exitCode: 3 });
  });
});

describe('Captured stderr', () => {
  test('captured stderr is passed on byte for byte and its last bytes are saved', async () => {
    const front = harnessWith('--keep-stderr', '10');
    const end = await runFront(front, ['sh', '-c', 'printf "before üü" >&2; printf out; exit 3']);
    expect([end.code, end.stdout.toString(), end.stderr]).toEqual([3, 'out', 'before üü']);
    expect(front.end().stderrTail).toBe('efore üü');
  });

  test('captured stderr can be opened by name, like the stream of a shell', async () => {
    const front = harnessWith('--keep-stderr', '4096');
    const end = await runFront(front, ['sh', '-c', 'echo failed > /dev/stderr']);
    expect([end.code, end.stderr]).toEqual([0, 'failed\n']);
  });

  test('captured stderr does not wait for a process left running that holds it open', async () => {
    const front = harnessWith('--keep-stderr', '4096');
    const end = await runFront(front, ['sh', '-c', 'sleep 30 >/dev/null & echo $!; echo failed >&2; exit 3']);
    process.kill(Number(end.stdout));
    expect([end.code, end.stderr, front.end().stderrTail]).toEqual([3, 'failed\n', 'failed\n']);
  });

  test('captured stderr uses sockets of Node if pipes cannot be created', async () => {
    const front = harnessWith('--keep-stderr', '8');
    const env = { ...process.env, TMPDIR: '/no/such/folder' };
    const end = await runFront({ ...front, env }, [
      'sh',
      '-c',
      'sleep 30 >/dev/null & echo $!; echo socket >&2; exit 3',
    ]);
    process.kill(Number(end.stdout));
    expect([end.code, end.stderr, front.end().stderrTail]).toEqual([3, 'socket\n', 'socket\n']);
  });

  test('the tail of stderr is null if it was not requested', async () => {
    const front = harnessWith();
    await runFront(front, ['sh', '-c', 'echo x >&2']);
    expect(front.end().stderrTail).toBeNull();
  });
});

describe('Observer of the output', () => {
  const observing = () => {
    const file = join(mkdtempSync(join(tmpdir(), 'deploytrack-test-')), 'lines.json');
    return {
      ...harnessWith('--observe', file),
      lines: () => JSON.parse(readFileSync(file, 'utf8')) as string[],
    };
  };

  test('an observer gets the lines of both streams, which are passed on byte for byte', async () => {
    const front = observing();
    const end = await runFront(front, [
      'sh',
      '-c',
      'printf "one\\r\\nt\\377wo\\n"; printf "three" >&2; exit 4',
    ]);
    expect([end.code, end.stdout.toString('latin1'), end.stderr]).toEqual([4, 'one\r\nt\xffwo\n', 'three']);
    expect(front.lines().sort()).toEqual(['one', 't\uFFFDwo', 'three'].sort());
  });

  test('an observer gets and passes on lines in order if both streams are one', async () => {
    const front = observing();
    const script = 'for n in 1 2 3 4 5 6 7 8; do echo out $n; echo err $n >&2; done';
    const end = await runFront(inShell(front, '"$@" 2>&1'), ['sh', '-c', script]);
    const lines = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((n) => [`out ${n}`, `err ${n}`]);
    expect(end.stdout.toString()).toBe(lines.map((line) => `${line}\n`).join(''));
    expect(front.lines()).toEqual(lines);
  });

  test('an observer does not prevent SIGPIPE in a command whose reader goes away', async () => {
    const end = await runFront(inShell(observing(), '"$@" | head -1; echo "$PIPESTATUS"'), ['yes']);
    expect(end.stdout.toString()).toBe('y\n141\n');
  });

  test('an observer does not prevent a signal from ending deploytrack when the command has ended and its output is not read', async () => {
    const script = '"$@" | { echo "reader $BASHPID" >&2; exec sleep 30; }; echo "status $PIPESTATUS"';
    const child = startFront(inShell(observing(), script), [
      'sh',
      '-c',
      'echo "us $PPID" >&2; head -c 120000 /dev/zero',
    ]);
    const ended = endOf(child);
    const said = textOf(child.stderr);
    await expect.poll(said, { timeout: 5000 }).toMatch(/us \d.*reader \d|reader \d.*us \d/s);
    const [us, reader] = ['us', 'reader'].map((name) => Number(said().match(`${name} (\\d+)`)?.[1]));
    await expect.poll(() => childrenOf(us)).toBe('');
    process.kill(us ?? 0, 'SIGTERM');
    await expect.poll(() => isAlive(us ?? 0)).toBe(false);
    process.kill(reader ?? 0);
    expect((await ended).stdout.toString()).toBe('status 143\n');
  });
});

describe('After the end of the command', () => {
  test('signals after the end of the command wait until the end is recorded, and change nothing', async () => {
    const front = harnessWith('--pause', '500');
    const child = startFront(front, ['sh', '-c', 'echo over; exit 7']);
    const ended = endOf(child);
    await saysFirst(child, 'over');
    await expect.poll(() => childrenOf(child.pid)).toBe('');
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) child.kill(signal);
    expect((await ended).code).toBe(7);
    expect(front.end().exitCode).toBe(7);
  });
});

describe('Resource usage of a command', () => {
  test('the CPU time of a command includes that of its children', async () => {
    const front = harnessWith();
    await runFront(front, [
      'sh',
      '-c',
      'sh -c "i=0; while [ \\$i -lt 400000 ]; do i=\\$((i+1)); done"; true',
    ]);
    expect(front.end().cpuSeconds).toBeGreaterThan(0.05);
  });

  test('the CPU time of a command that only waits is zero', async () => {
    const front = harnessWith();
    await runFront(front, ['sleep', '0.3']);
    expect(front.end().cpuSeconds).toBeLessThan(0.05);
  });

  test('the peak memory of a command is the highest sum of two children that run together', async () => {
    const front = harnessWith();
    // Both hold their memory until the other has its own, and then longer than the longest sampling interval.
    const hold = `python3 -c '
import os, sys, time
held = bytearray(60_000_000)
os.mkdir(os.path.join(sys.argv[1], str(os.getpid())))
while len(os.listdir(sys.argv[1])) < 2: time.sleep(0.01)
time.sleep(1.5)' ${mkdtempSync(join(tmpdir(), 'deploytrack-test-'))}`;
    await runFront(front, ['sh', '-c', `${hold} & ${hold} & wait`]);
    expect(front.end().peakMemoryBytes).toBeGreaterThan(120_000_000);
    expect(front.end().peakMemoryBytes).toBeLessThan(220_000_000);
  });

  test('the resource usage of a command that never ran is unknown', async () => {
    const front = harnessWith();
    await runFront(front, ['/no/such/command']);
    expect(front.end()).toMatchObject({ pid: null, cpuSeconds: null, peakMemoryBytes: null, exitCode: null });
    expect(front.end().failure).toEqual({ kind: 'not-found', message: '/no/such/command: no such file' });
  });
});

/** What a stream has delivered so far. */
function textOf(stream: Readable | null): () => string {
  let text = '';
  stream?.on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
}

function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.[0] !== 'Z';
  } catch {
    return false;
  }
}

function childrenOf(pid: number | undefined): string {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
}
