import { type ProgramRequest, programOutput } from './programOutput.ts';

/** The output of `<python> --version`, as `3.14.2`; null if it does not respond within two seconds. */
export async function pythonVersion(
  command: string,
  asking: Omit<ProgramRequest, 'timeoutMs'>,
): Promise<string | null> {
  const { stdout, stderr } = await programOutput([command, '--version'], { ...asking, timeoutMs: 2000 });
  return /Python (\S+)/.exec(`${stdout}\n${stderr}`)?.[1] ?? null;
}
