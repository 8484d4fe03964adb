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

// A limit for a busy machine; no test waits for it.
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

/** Starts the prober as the command does: detached, without our standard streams. */
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

describe('Background prober', () => {
  test('a background prober writes its attempts until it is stopped, including the last', async () => {
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

  test('a background prober waits for running attempts before it reports its end', async () => {
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

  test('a background prober ends after its maximum time', async () => {
    const { port } = await startHttp(answering('up'));
    const file = emptyFile();
    const prober = leave({ port, file, maxMs: 100 });
    expect(await prober.exited).toBe(0);
    expect(readAttempts(file)).toMatchObject({ ended: true });
  });

  test('a background prober ends if its file is removed, and does not create it again', async () => {
    const { port } = await startHttp(answering('up'));
    const file = emptyFile();
    const prober = leave({ port, file });
    await attemptsIn(file, 1);
    rmSync(file);
    expect(await prober.exited).toBe(0);
    expect(existsSync(file)).toBe(false);
  });

  test('the attempts of a killed background prober can still be read', async () => {
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

describe('File of attempts', () => {
  test('attempts are read back completely and in the order of sending', () => {
    const file = emptyFile();
    const attempts = [attemptAt(at(200), 'refused'), attemptAt(at(100), 'healthy')];
    expect(appendAttempts(file, attempts)).toBe(true);
    expect(readAttempts(file)).toEqual({ attempts: [attempts[1], attempts[0]], ended: false });
  });

  test('a truncated line in the file of attempts is skipped', () => {
    const file = emptyFile();
    appendAttempts(file, [attemptAt(at(0), 'healthy')]);
    appendFileSync(file, '{"startedAt":{"wallMs":1\nnull\n17\n');
    appendAttempts(file, [attemptAt(at(100), 'healthy')]);
    appendFileSync(file, '{"startedAt":');
    expect(readAttempts(file).attempts.length).toBe(2);
  });

  test('a missing file of attempts is read as empty', () => {
    expect(readAttempts(join(folder, 'nowhere'))).toEqual({ attempts: [], ended: false });
    expect(appendAttempts(join(folder, 'nowhere'), [attemptAt(at(0), 'healthy')])).toBe(false);
  });
});
