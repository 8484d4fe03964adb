import { optionalText } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { flag } from '../cli/define/kinds.ts';
import { usageError } from '../errors.ts';
import { makeJournal } from '../ledger/journal/makeJournal.ts';
import { endCommand } from '../session/openSession.ts';
import { importLine, powershellFacts } from '../session/powershellFacts.ts';
import { shellFacts } from '../session/shellFacts.ts';
import type { Session } from '../session.ts';

/** The shells that have an integration, with its file. */
const files = { bash: 'deploytrack.bash', zsh: 'deploytrack.zsh', sh: 'deploytrack.sh' } as const;
const posixShells = Object.keys(files) as (keyof typeof files)[];
const shells = [...posixShells, 'powershell'];

/**
 * `shell <shell>`: prints what a script evaluates so that marks need no process and functions can be phases; for
 * PowerShell the line that imports the module. With `--remote` the functions for a script on a host without deploytrack.
 */
export const command = defineCommand({
  name: 'shell',
  after: 'init',
  summary: 'print the integration for shell scripts',
  group: 'set up',
  examples: ['eval "$(deploytrack shell bash)"', 'deploytrack shell --remote > remote.sh'],
  args: { shell: optionalText({ help: shells.join(', ') }) },
  options: {
    remote: flag({ help: 'print the functions for a script on a host without deploytrack' }),
    withoutTrap: flag({ help: 'leave the EXIT trap of the script as it is' }),
    facts: flag({ help: 'print only the values that the integration needs from this host' }),
  },
  settings: ['ledger', 'service', 'journal-fallback'],
  exits: { '0': 'printed' },
  policy: { onWrongSetting: 'warn', onDisabled: 'run', onLostOutput: 'fail', ledger: 'looks' },
  run: async (session: Session, { shell, remote, withoutTrap, facts }) => {
    const { context } = session;
    const isKnown = shell !== null && shells.includes(shell);
    if (remote === (shell !== null) || (!isKnown && !remote))
      throw usageError(
        shell === null || remote
          ? `shell: expected one of ${shells.join(', ')}, or --remote`
          : `unknown shell ${JSON.stringify(shell)}; expected ${shells.join(', ')}`,
        'run for example `eval "$(deploytrack shell bash)"`',
      );
    if (shell === 'powershell') {
      context.stdout.write(
        facts ? powershellFacts(session) : importLine(shellFile('DeployTrack/DeployTrack.psd1')),
      );
      return endCommand(session, { code: 0 });
    }
    const name = posixShells.find((one) => one === shell);
    const file = name === undefined ? 'remote.sh' : files[name];
    if (!remote) {
      makeJournal(session.store.options);
      context.stdout.write(shellFacts(session, { traps: !withoutTrap }));
    }
    const { readFileSync } = require('node:fs') as typeof import('node:fs');
    if (!facts) context.stdout.write(readFileSync(shellFile(file), 'utf8'));
    return endCommand(session, { code: 0 });
  },
});

/** A file of the package's folder `shell`, next to the program's. */
function shellFile(name: string): string {
  const { join } = require('node:path') as typeof import('node:path');
  return join(__dirname, '..', 'shell', name);
}
