import type { Settings } from '../../settings/settings.ts';

/** Whether the next gateway may be used while that of a host is down. */
export function isFailover({ settings }: { readonly settings: Settings }): boolean {
  return settings.isTrue('gateway-failover');
}
