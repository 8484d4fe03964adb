import { bashCompletion } from '../completion/bash.ts';
import { shells } from '../completion/completed.ts';
import { fishCompletion } from '../completion/fish.ts';
import { powershellCompletion } from '../completion/powershell.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { usageError } from '../errors.ts';
import type { Session } from '../session.ts';
import type { Invocation } from '../words/invocation.ts';

const scripts: Readonly<Record<string, () => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
};

/** `completion <shell>`: what the shell reads to complete our words. Touches no ledger. */
export async function completion(
  { context }: Session,
  { operands: [shell = ''] }: Invocation,
): Promise<number> {
  const script = scripts[shell];
  if (script === undefined)
    throw usageError(
      `completion: ${JSON.stringify(shell)} is none of ${shells.join(', ')}`,
      'for example `source <(deploytrack completion bash)`',
    );
  context.stdout.write(script());
  return 0;
}
