/** What another program answered: its standard output and error, and whether it ended with 0. */
export interface ProgramOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly succeeded: boolean;
}

/** Asks a program of the host, at most so long; one that cannot be started has said nothing. Never throws. */
export async function programOutput(
  command: readonly string[],
  { cwd, timeoutMs }: { cwd: string; timeoutMs: number },
): Promise<ProgramOutput> {
  const { execa } = await import('execa');
  const [file = '', ...args] = command;
  const options = {
    cwd,
    timeout: timeoutMs,
    stdin: 'ignore',
    reject: false,
    forceKillAfterDelay: 500,
  } as const;
  const { stdout = '', stderr = '', failed } = await execa(file, args, options);
  return { stdout, stderr, succeeded: !failed };
}
