import type { Program } from '../../support/program.ts';

/** Whether this version has a command with these words in its help. */
export async function knows(program: Program, command: string, words: string): Promise<boolean> {
  const { code, stdout } = await program.run([command, '--help']);
  return code === 0 && stdout.includes(words);
}
