import type { PendingGroup } from './deliveries.ts';

/** Whether the totals of the group continue from this gateway's, and no other ledger may have pushed it since. */
export function isAdopted(
  { adoptedUrl, mustRead }: Pick<PendingGroup, 'adoptedUrl' | 'mustRead'>,
  url: string,
): boolean {
  return adoptedUrl === url && mustRead === 0;
}
