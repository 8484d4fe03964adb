import { textArgument } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { usageError } from '../errors.ts';
import type { Session } from '../session.ts';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** `completion <shell>`: prints the completion script of a shell. Does not open the ledger. */
export const command = defineCommand({
  name: 'completion',
  after: 'export',
  summary: 'print a shell completion script',
  group: 'set up',
  examples: [
    'source <(deploytrack completion bash)',
    'deploytrack completion fish > ~/.config/fish/completions/deploytrack.fish',
  ],
  args: { shell: textArgument({ help: shells.join(', '), choices: shells }) },
  exits: { '0': 'printed' },
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run' },
  run: async ({ context }: Session, { shell }) => {
    const found = shells.find((one) => one === shell);
    if (found === undefined)
      throw usageError(
        `unknown shell ${JSON.stringify(shell)}; expected ${shells.join(', ')}`,
        'run for example `source <(deploytrack completion bash)`',
      );
    context.stdout.write(await scriptOf(found));
    return 0;
  },
});

async function scriptOf(shell: (typeof shells)[number]): Promise<string> {
  switch (shell) {
    case 'bash':
      return (await import('../cli/completion/bash.ts')).bashCompletion();
    case 'zsh':
      return (await import('../cli/completion/zsh.ts')).zshCompletion();
    case 'fish':
      return (await import('../cli/completion/fish.ts')).fishCompletion();
    case 'powershell':
      return (await import('../cli/completion/powershell.ts')).powershellCompletion();
  }
}
