/** The result of another program: its standard output and error, and whether it exited with 0. */
export interface ProgramOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly succeeded: boolean;
}

/** Time from SIGTERM to SIGKILL. */
const graceMs = 500;

/** How a program is run. */
export interface ProgramRequest {
  readonly cwd: string;
  readonly timeoutMs: number;
  /** The environment of a helper (`helperEnvironment`): it gets nothing else. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program of the host with a time limit; one that cannot be started has empty output. Never throws. */
export async function programOutput(
  command: readonly string[],
  { cwd, timeoutMs, env = {} }: ProgramRequest,
): Promise<ProgramOutput> {
  const { execa } = await import('execa');
  const [file = '', ...args] = command;
  const options = {
    cwd,
    env,
    extendEnv: false,
    timeout: timeoutMs,
    stdin: 'ignore',
    reject: false,
    forceKillAfterDelay: graceMs,
  } as const;
  const asked = execa(file, args, options);
  // A process that it started may hold its output open for as long as it likes.
  const timer = setTimeout(() => {
    asked.stdout.destroy();
    asked.stderr.destroy();
  }, timeoutMs + graceMs);
  const { stdout = '', stderr = '', failed } = await asked;
  clearTimeout(timer);
  return { stdout, stderr, succeeded: !failed };
}
