import type { ChildProcess } from 'node:child_process';
import { closeSync, fstatSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Context } from '../context.ts';
import { lineReader } from './lines.ts';
import type { OutputFilter } from './markLines.ts';
import { openPipes, type Pipe } from './pipes.ts';
import { pump } from './pump.ts';
import { tailKeeper } from './tail.ts';

type Stdio = 'inherit' | 'pipe' | number;

/** Relays the command's output, for the two options that put a pipe in it. */
export interface Relay {
  readonly stdio: readonly [stdin: 'inherit', stdout: Stdio, stderr: Stdio];
  /** Begins to copy; call it once the command has started or failed to start. */
  attach(child: ChildProcess | null): void;
  /** Copies what is left after the command's end and settles when all is written. */
  finish(): Promise<null>;
  /** The stored end of stderr; null if it was not requested. */
  stderrTail(): string | null;
}

export interface RelayRequest {
  readonly keepStderrBytes?: number | undefined;
  readonly observe?: ((line: string) => void) | undefined;
  /** Makes the filter of one stream. */
  readonly filter?: (() => OutputFilter) | undefined;
}

/**
 * Puts a pipe into stderr and stores its end (`keepStderrBytes`), or pipes into both outputs and shows each line, as
 * UTF-8 without its line end (`observe`) or passes on what a filter leaves (`filter`).
 */
export function openRelay(context: Context, { keepStderrBytes, observe, filter }: RelayRequest): Relay {
  const tail = keepStderrBytes === undefined ? null : tailKeeper(keepStderrBytes);
  const streams = streamsToRelay({ observed: (observe ?? filter) !== undefined, kept: tail !== null });
  const pipes = streams.length === 0 ? null : openPipes(context, streams.length);
  const stdioOf = (descriptor: 1 | 2): Stdio => {
    const index = streams.findIndex((stream) => stream.serves.includes(descriptor));
    return index === -1 ? 'inherit' : (pipes?.[index]?.write ?? 'pipe');
  };
  const running: { finish(): Promise<void> }[] = [];
  return {
    stdio: ['inherit', stdioOf(1), stdioOf(2)],
    attach(child) {
      for (const pipe of pipes ?? []) closeSync(pipe.write);
      streams.forEach(({ to }, index) => {
        const from = openInlet(child, to, pipes?.[index]);
        if (from === null) return;
        const lines = observe === undefined ? null : lineReader(observe);
        const notice = (chunk: Buffer) => lines?.take(chunk);
        const noticeWritten = (chunk: Buffer) => {
          if (to === 2) tail?.take(chunk);
        };
        const fromDescriptor = pipes?.[index]?.read ?? null;
        const { finish } = pump({ from, fromDescriptor, to, notice, noticeWritten, filter: filter?.() });
        running.push({ finish: () => finish().then(() => lines?.end()) });
      });
    },
    finish: () => Promise.all(running.map(({ finish }) => finish())).then(() => null),
    stderrTail: () => tail?.text() ?? null,
  };
}

interface Stream {
  readonly to: 1 | 2;
  /** The command's descriptors that lead into the relay. */
  readonly serves: readonly (1 | 2)[];
}

/** One stream for both if both are the same file, so that `2>&1` keeps the order of lines. */
function streamsToRelay({ observed, kept }: { observed: boolean; kept: boolean }): Stream[] {
  if (observed && !kept && isSameFile()) return [{ to: 1, serves: [1, 2] }];
  const streams: Stream[] = [];
  if (observed) streams.push({ to: 1, serves: [1] });
  if (observed || kept) streams.push({ to: 2, serves: [2] });
  return streams;
}

function isSameFile(): boolean {
  try {
    const [stdout, stderr] = [fstatSync(1), fstatSync(2)];
    return stdout.ino !== 0 && stdout.ino === stderr.ino && stdout.dev === stderr.dev;
  } catch {
    return false;
  }
}

function openInlet(child: ChildProcess | null, stream: 1 | 2, pipe: Pipe | undefined): Socket | null {
  const net = () => require('node:net') as typeof import('node:net');
  if (pipe !== undefined) return new (net().Socket)({ fd: pipe.read, readable: true, writable: false });
  return (child?.stdio[stream] as Socket | null | undefined) ?? null;
}
