import { secrets as allSecrets } from '../../cli/define/secrets.ts';
import { readSecret } from '../../settings/readSecret.ts';
import type { Check } from '../check.ts';
import { type Finding, wrong } from '../finding.ts';

const withinMs = 2000;

export const secrets: Check = {
  name: 'secrets',
  title: 'secrets that are set but empty, unreadable, or impossible to verify or send',
  find: async ({ session: { context } }) => {
    const found: Finding[] = [];
    for (const { variable } of allSecrets) {
      const { problem, expected } = await readSecret(context, variable, { withinMs });
      if (problem === null) continue;
      found.push(
        wrong({
          message: problem,
          meaning: 'nothing is sent without this secret, and nothing that it protects is opened',
          fix: `${expected ?? 'set it'}, or run \`unset ${variable} ${variable}_FILE\``,
        }),
      );
    }
    return found;
  },
};
