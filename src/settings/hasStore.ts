import type { Session } from '../session.ts';

/** Whether a central store is set, without reading any file. */
export function hasStore({ settings, context }: Pick<Session, 'settings' | 'context'>): boolean {
  return settings.text('store') !== null || (context.env.DEPLOYTRACK_STORE_URL_FILE ?? '') !== '';
}
