import type { Check } from '../check.ts';
import { ok } from '../finding.ts';

/** npm installs a script for PowerShell next to the program. It passes arguments on, except for the first `--`. */
export const powershell: Check = {
  name: 'powershell',
  title: "npm's script for PowerShell",
  find: async ({ session: { context } }) => {
    const { findProgram } = await import('../../host/findProgram.ts');
    const script = findProgram('deploytrack.ps1', context);
    if (script === null) return [];
    return [
      ok(
        `PowerShell runs ${script}, which drops the first --`,
        "write `deploytrack migrate '--' alembic upgrade head`, or leave out the --",
      ),
    ];
  },
};
