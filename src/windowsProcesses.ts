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
export function creationCall(pid: number, env: Environment) {
  return powershellCall(
    `[System.Diagnostics.Process]::GetProcessById(${pid}).StartTime.ToUniversalTime().Subtract([datetime]'1970-01-01').TotalMilliseconds.ToString('F0', [cultureinfo]::InvariantCulture)`,
    env,
  );
}

function powershellCall(script: string, { SystemRoot = 'C:\\Windows' }: Environment) {
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

/** A process as Windows describes it. */
export interface WindowsProcess {
  readonly pid: number;
  readonly parent: number;
  /** Unix ms. */
  readonly createdMs: number;
  readonly name: string;
  /** Empty for a process of another account. */
  readonly commandLine: string;
}

/**
 * The call that prints a process and those above it, one a line, nearest first; texts in Base64, so that they stay data.
 * No cmdlets, as above: `[wmi]` is in PowerShell itself.
 */
export function ancestryCall(pid: number, env: Environment) {
  const fields =
    '$p.ProcessId, $p.ParentProcessId, $p.CreationDate, (Write-Text $p.Name), (Write-Text $p.CommandLine)';
  // Without double quotes, which each parser of command lines reads in its own way.
  const script = [
    "$ErrorActionPreference = 'Stop'",
    'function Write-Text($text) { [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes([string] $text)) }',
    `$at = ${pid}`,
    `for ($i = 0; $i -lt 8 -and $at -gt 4; $i++) { $p = [wmi] ('Win32_Process.Handle=''' + $at + ''''); ${fields} -join ' '; $at = $p.ParentProcessId }`,
  ].join('; ');
  return powershellCall(script, env);
}

/** Until the first line that is none. */
export function readAncestry(output: string): WindowsProcess[] {
  const found: WindowsProcess[] = [];
  for (const line of output.split(/\r?\n/)) {
    const [, pid, parent, created = '', name = '', commandLine = ''] =
      /^(\d+) (\d+) (\S+) ([\w+/=]+) ([\w+/=]*)$/.exec(line.trimStart()) ?? [];
    const createdMs = wmiTime(created);
    if (createdMs === null) break;
    const text = (base64: string) => Buffer.from(base64, 'base64').toString('utf8');
    found.push({
      pid: Number(pid),
      parent: Number(parent),
      createdMs,
      name: text(name),
      commandLine: text(commandLine),
    });
  }
  return found;
}

/** `20261130045210.123456+060`: local time, and its minutes ahead of UTC. */
function wmiTime(text: string): number | null {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.(\d{3})\d*([+-]\d{3})$/.exec(text) ?? [];
  if (parts.length === 0) return null;
  const [year = 0, month = 0, day, hour, minute, second, ms, ahead = 0] = parts.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second, ms) - ahead * 60_000;
}

/** The cmd.exe of a batch file of ours or of npx: it runs only that. */
const ourShim = /\/c\b.*(^|[\s"'\\/])(deploytrack|npx)(\.cmd)?(["\s]|$)/i;
const npx = /[\\/](npx|npm)-cli\.js\b/i;

/**
 * Who called a process that began at `beganMs`, from those above it: past the shims that end with the call. Null if that
 * cannot be said. One that was created later than what it is said to have started has only its PID.
 */
export function whoCalled(above: readonly WindowsProcess[], beganMs: number): number | null {
  let childMs = beganMs;
  for (const { pid, createdMs, name, commandLine } of above) {
    if (createdMs > childMs + toleranceMs) return null;
    const isShim = /^cmd\.exe$/i.test(name)
      ? ourShim.test(commandLine)
      : /^node\.exe$/i.test(name) && npx.test(commandLine);
    if (!isShim) return pid;
    childMs = createdMs;
  }
  return null;
}
