/** What another program answered: its standard output and error, and whether it ended with 0. */
export interface ProgramOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly succeeded: boolean;
}

/** From the polite signal to the other one. */
const graceMs = 500;

/** How a program is asked. */
export interface ProgramRequest {
  readonly cwd: string;
  readonly timeoutMs: number;
  /** A helper's own environment (`helperEnvironment`): it gets nothing else. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Asks a program of the host, at most so long; one that cannot be started has said nothing. Never throws. */
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
  // What it has started may hold its output open for as long as it likes.
  const timer = setTimeout(() => {
    asked.stdout.destroy();
    asked.stderr.destroy();
  }, timeoutMs + graceMs);
  const { stdout = '', stderr = '', failed } = await asked;
  clearTimeout(timer);
  return { stdout, stderr, succeeded: !failed };
}
