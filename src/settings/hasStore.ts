import type { Context } from '../context.ts';
import type { Settings } from './settings.ts';

/** Names a file with the URL of the store. */
export const storeUrlFile = 'DEPLOYTRACK_STORE_URL_FILE';

/** Whether a central store is set, without reading any file. */
export function hasStore({ settings, context }: { settings: Settings; context: Context }): boolean {
  return settings.text('store') !== null || (context.env[storeUrlFile] ?? '') !== '';
}
