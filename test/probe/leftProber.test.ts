import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { processContext } from '../../src/context.ts';
import { appendAttempts, readAttempts } from '../../src/probe/attemptFile.ts';
import { stopBackgroundProber } from '../../src/probe/backgroundProber.ts';
import { measureOutages } from '../../src/probe/downtime.ts';
import { eventually } from '../support/eventually.ts';
import { at, attemptAt } from './attempts.ts';
import { answering, startHttp, startTcp } from './endpoint.ts';

// For a machine that is busy with other things; nothing here waits for it.
vi.setConfig({ testTimeout: 60_000 });

const context = processContext();
const folder = mkdtempSync(join(tmpdir(), 'deploytrack-left-'));
const program = join(folder, 'prober.cjs');

beforeAll(() => {
  const entryPoints = [join(import.meta.dirname, 'leftProberProcess.ts')];
  buildSync({
    entryPoints,
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  });
  return () => rmSync(folder, { recursive: true });
});

let files = 0;
function emptyFile(): string {
  files += 1;
  const file = join(folder, `attempts-${files}.jsonl`);
  writeFileSync(file, '', { mode: 0o600 });
  return file;
}

/** Starts the prober as the command would: detached, with no stream of ours. */
function leave({ port, file, maxMs = 600_000 }: { port: number; file: string; maxMs?: number }) {
  const args = [program, `http://127.0.0.1:${port}/`, '20', file, String(maxMs)];
  const child = spawn(process.execPath, args, { detached: true, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, pid: child.pid ?? -1, exited: exitOf(child) };
}

function exitOf(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
}

function attemptsIn(file: string, enough: number): Promise<true> {
  const what = `${enough} attempts in the file`;
  return eventually(() => (readAttempts(file).attempts.length >= enough ? true : undefined), { what });
}

describe('a prober that was left behind', () => {
  test('writes what it sees until it is stopped, down to the last attempt', async () => {
    const { port, close } = await startHttp(answering('up'));
    const file = emptyFile();
    const prober = leave({ port, file });
    await attemptsIn(file, 3);
    await close();
    await eventually(() => readAttempts(file).attempts.some(({ healthy }) => !healthy) || undefined);
    await startHttp(answering('up again'), { port });
    await eventually(() => readAttempts(file).attempts.at(-1)?.healthy || undefined);
    const left = await stopBackgroundProber(context, { pid: prober.pid, file, timeoutMs: 20_000 });
    expect(left.ended).toBe(true);
    expect(await prober.exited).toBe(0);
    expect(readAttempts(file)).toEqual(left);
    const [first] = left.attempts;
    if (first === undefined) throw new Error('no attempt');
    const outages = measureOutages({
      attempts: left.attempts,
      commandStartedAt: first.startedAt,
      hasPreviousVersion: true,
    });
    expect(outages).toEqual([{ beganAt: expect.anything(), endedAt: expect.anything() }]);
    expect(first.startedAt.boot).toBe(context.instant().boot);
  });

  test('waits for the attempts under way before it says that it has ended', async () => {
    const { port } = await startTcp(() => {});
    const file = emptyFile();
    const prober = leave({ port, file });
    await attemptsIn(file, 1);
    const { attempts, ended } = await stopBackgroundProber(context, {
      pid: prober.pid,
      file,
      timeoutMs: 20_000,
    });
    expect(ended).toBe(true);
    expect(attempts.every(({ verdict }) => verdict === 'timeout')).toBe(true);
    expect(attempts.length).toBeGreaterThan(1);
  });

  test('does not stay longer than it may', async () => {
    const { port } = await startHttp(answering('up'));
    const file = emptyFile();
    const prober = leave({ port, file, maxMs: 100 });
    expect(await prober.exited).toBe(0);
    expect(readAttempts(file)).toMatchObject({ ended: true });
  });

  test('ends when its file is gone, and does not make it again', async () => {
    const { port } = await startHttp(answering('up'));
    const file = emptyFile();
    const prober = leave({ port, file });
    await attemptsIn(file, 1);
    rmSync(file);
    expect(await prober.exited).toBe(0);
    expect(existsSync(file)).toBe(false);
  });

  test('that was killed leaves what it wrote', async () => {
    const { port } = await startHttp(answering('up'));
    const file = emptyFile();
    const prober = leave({ port, file });
    await attemptsIn(file, 2);
    prober.child.kill('SIGKILL');
    await prober.exited;
    const { attempts, ended } = await stopBackgroundProber(context, {
      pid: prober.pid,
      file,
      timeoutMs: 60_000,
    });
    expect(ended).toBe(false);
    expect(attempts.length).toBeGreaterThanOrEqual(2);
  });
});

describe('the file of attempts', () => {
  test('gives them back whole and in the order of sending', () => {
    const file = emptyFile();
    const attempts = [attemptAt(at(200), 'refused'), attemptAt(at(100), 'healthy')];
    expect(appendAttempts(file, attempts)).toBe(true);
    expect(readAttempts(file)).toEqual({ attempts: [attempts[1], attempts[0]], ended: false });
  });

  test('is read past a line that was cut off', () => {
    const file = emptyFile();
    appendAttempts(file, [attemptAt(at(0), 'healthy')]);
    appendFileSync(file, '{"startedAt":{"wallMs":1\nnull\n17\n');
    appendAttempts(file, [attemptAt(at(100), 'healthy')]);
    appendFileSync(file, '{"startedAt":');
    expect(readAttempts(file).attempts.length).toBe(2);
  });

  test('is empty when there is none', () => {
    expect(readAttempts(join(folder, 'nowhere'))).toEqual({ attempts: [], ended: false });
    expect(appendAttempts(join(folder, 'nowhere'), [attemptAt(at(0), 'healthy')])).toBe(false);
  });
});
