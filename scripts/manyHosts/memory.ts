import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Most bytes that a process has had in memory. */
export function peakBytes(pid: number): number {
  return kilobytes(readFileSync(`/proc/${pid}/status`, 'utf8'), /^VmHWM:\s+(\d+) kB$/m);
}

/** Bytes of a process and its children, what they share counted once. */
export function bytesTogether(pid: number): number {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  const pids = [pid, ...children.split(/\s+/).filter((text) => text !== '')];
  return pids
    .map((one) => kilobytes(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'), /^Pss:\s+(\d+) kB$/m))
    .reduce((sum, bytes) => sum + bytes, 0);
}

function kilobytes(text: string, form: RegExp): number {
  return Number(form.exec(text)?.[1]) * 1024;
}
