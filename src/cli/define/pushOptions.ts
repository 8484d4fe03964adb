import { age } from './kinds.ts';

/** How long stale groups are retained. */
export const staleAfter = age({
  default: '30d',
  help: 'remove groups that have been gone this long',
});
