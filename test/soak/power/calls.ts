import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { endOf, type Program, type ProgramEnd } from '../../support/program.ts';

/** What a command did to files, in its order. */
export type Call =
  | { readonly kind: 'write'; readonly path: string; readonly at: number | null; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly path: string; readonly size: number }
  | { readonly kind: 'sync'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string };

const traced =
  'write,pwrite64,writev,pwritev,pwritev2,ftruncate,fallocate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat';

/** Runs a command under strace: how it ended, and what it did to files below a folder. */
export async function callsOf(
  program: Program,
  { args, below }: { args: readonly string[]; below: string },
): Promise<{ end: ProgramEnd; calls: Call[] }> {
  const out = join(program.folder, 'strace-output');
  const words = ['-f', '-y', '-xx', '-s', '4000000', '-e', `trace=${traced}`, '-o', out];
  const child = spawn('strace', [...words, ...program.words, ...args], {
    cwd: program.folder,
    env: program.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = await endOf(child);
  const lines = whole(readFileSync(out, 'latin1').split('\n'));
  rmSync(out);
  const calls = lines.flatMap((line) => callOf(line) ?? []);
  return { end, calls: calls.filter(({ path }) => path.startsWith(`${below}/`)) };
}

/** A call that another thread interrupted is two lines. */
function whole(lines: readonly string[]): string[] {
  const begun = new Map<string, string>();
  return lines.flatMap((line) => {
    const [, pid = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (rest.endsWith('<unfinished ...>')) {
      begun.set(pid, rest.slice(0, -'<unfinished ...>'.length));
      return [];
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)?.[1];
    return [resumed === undefined ? rest : (begun.get(pid) ?? '') + resumed];
  });
}

function callOf(line: string): Call | null {
  const [, name = '', words = '', result = ''] = /^(\w+)\((.*)\) += (-?\d+)/s.exec(line) ?? [];
  if (name === '' || result.startsWith('-')) return null;
  const path = textOf(/^-?\d+<([^>]*)>/.exec(words)?.[1] ?? '');
  const texts = [...words.matchAll(/"([^"]*)"/g)].map(([, text = '']) => bytesOf(text));
  const numbers = words.split(', ').map(Number);
  if (name === 'fsync' || name === 'fdatasync') return { kind: 'sync', path };
  if (name === 'ftruncate') return { kind: 'truncate', path, size: numbers[1] ?? 0 };
  if (name === 'write') return { kind: 'write', path, at: null, bytes: cut(texts, result) };
  if (name === 'pwrite64') return { kind: 'write', path, at: numbers.at(-1) ?? 0, bytes: cut(texts, result) };
  if (name.startsWith('rename')) return { kind: 'rename', path: name_(texts[0]), to: name_(texts[1]) };
  if (name.startsWith('unlink')) return { kind: 'remove', path: name_(texts[0]) };
  // No part of the program makes these calls for a file that matters here.
  if (/^(p?writev2?|fallocate)$/.test(name) && /\.db|journal/.test(path))
    throw new Error(`not replayed: ${name}`);
  return null;
}

function cut(texts: readonly Buffer[], result: string): Buffer {
  return (texts[0] ?? Buffer.alloc(0)).subarray(0, Number(result));
}

function name_(bytes: Buffer | undefined): string {
  return bytes?.toString('utf8') ?? '';
}

/** With -xx every character is `\xNN`, in paths too. */
function bytesOf(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}

function textOf(text: string): string {
  return text.startsWith('\\x') ? bytesOf(text).toString('utf8') : text;
}
