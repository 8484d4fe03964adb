import type { ProcessState } from './processes.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether our parent may be a shell that ends with this call: the cmd.exe of `deploytrack.cmd`, or a subshell of Git
 * Bash. cmd.exe always sets PROMPT for what it starts, and Git Bash MSYSTEM. Windows tells Node no more of a parent
 * than its PID.
 */
export function mayBeShim({ PROMPT, MSYSTEM }: Environment): boolean {
  return PROMPT !== undefined || MSYSTEM !== undefined;
}

/** Clock corrections between the creation of a process and our own look at the clock. */
const toleranceMs = 2000;

/**
 * The state of a process that existed at `existedMs`, by what has its PID now. Windows uses a PID again soon: created
 * later means another process. Unknown without both times, in Unix ms.
 */
export function stateOnWindows(now: {
  readonly exists: boolean;
  readonly existedMs: number | null;
  readonly createdMs: number | null;
}): ProcessState {
  if (!now.exists) return 'dead';
  if (now.existedMs === null || now.createdMs === null) return 'unknown';
  return now.createdMs <= now.existedMs + toleranceMs ? 'alive' : 'dead';
}

/**
 * The call that prints when a process was created, in Unix ms; every Windows has this PowerShell. No cmdlets: below
 * PowerShell 7 it would look for them in the modules of that one.
 */
export function creationCall(pid: number, { SystemRoot = 'C:\\Windows' }: Environment) {
  const script = `[System.Diagnostics.Process]::GetProcessById(${pid}).StartTime.ToUniversalTime().Subtract([datetime]'1970-01-01').TotalMilliseconds.ToString('F0', [cultureinfo]::InvariantCulture)`;
  return {
    command: `${SystemRoot}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`,
    args: ['-NoProfile', '-NonInteractive', '-Command', script],
  };
}

/** Null if it could not be determined: the process is gone, or belongs to an account that we may not inspect. */
export function readCreation(output: string): number | null {
  const text = output.trim();
  return /^\d{12,15}$/.test(text) ? Number(text) : null;
}
