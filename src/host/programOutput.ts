/** What another program answered: its standard output and error, and whether it ended with 0. */
export interface ProgramOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly succeeded: boolean;
}

/** How a program is asked. */
export interface Asking {
  readonly cwd: string;
  readonly timeoutMs: number;
  /** A helper's own environment (`helperEnvironment`): it gets nothing else. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Asks a program of the host, at most so long; one that cannot be started has said nothing. Never throws. */
export async function programOutput(
  command: readonly string[],
  { cwd, timeoutMs, env = {} }: Asking,
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
    forceKillAfterDelay: 500,
  } as const;
  const { stdout = '', stderr = '', failed } = await execa(file, args, options);
  return { stdout, stderr, succeeded: !failed };
}
