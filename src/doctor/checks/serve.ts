import { missingHalf } from '../../settings/readSecret.ts';
import type { Check } from '../check.ts';
import { wrong } from '../finding.ts';
import { secretState } from '../secretState.ts';

/** The options of `serve` are known to it alone; its environment is checked here. */
export const serve: Check = {
  name: 'serve',
  title: 'how clients of `serve` must authenticate',
  find: ({ session: { context } }) => {
    const half = missingHalf((variable) => secretState(context, variable)[0] === '(set)');
    if (half === null) return [];
    const { message, hint, missing } = half;
    const fix = `${hint}: run \`export ${missing}_FILE=<file>\``;
    return [wrong({ message, meaning: '`deploytrack serve` does not start', fix })];
  },
};
