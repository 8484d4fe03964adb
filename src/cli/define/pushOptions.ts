import { age } from './kinds.ts';

/** How long stale groups are retained. */
export const staleAfter = age({
  default: '30d',
  help: 'remove groups gone for this long',
});
