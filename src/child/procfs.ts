import { readdirSync, readFileSync } from 'node:fs';

/** Positions in the result of `processStat`; proc(5) counts from 1 and includes two more fields. */
export const statField = {
  processGroup: 2,
  terminalForegroundGroup: 5,
  childrenUserTicks: 13,
  childrenSystemTicks: 14,
};

/** The fields of a process after its name (which may contain spaces); null if there is no such file. */
export function processStat(pid: number | 'self'): readonly number[] | null {
  const text = read(`/proc/${pid}/stat`);
  return text === null
    ? null
    : text
        .slice(text.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
}

/** A process and all living processes below it, the process itself first. */
export function processTree(root: number): number[] {
  const pids = [root];
  for (const pid of pids) {
    for (const thread of list(`/proc/${pid}/task`)) {
      const children = read(`/proc/${pid}/task/${thread}/children`) ?? '';
      for (const child of children.split(' ')) if (child !== '') pids.push(Number(child));
    }
  }
  return pids;
}

/** Resident bytes of a process: current and peak; null if it is gone. */
export function residentBytes(pid: number): { readonly now: number; readonly peak: number } | null {
  const status = read(`/proc/${pid}/status`);
  const now = status?.match(/^VmRSS:\s+(\d+) kB/m)?.[1];
  const peak = status?.match(/^VmHWM:\s+(\d+) kB/m)?.[1];
  return now === undefined || peak === undefined
    ? null
    : { now: Number(now) * 1024, peak: Number(peak) * 1024 };
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
