import type { Session } from '../../session.ts';
import { requiredStore } from '../storeSetting.ts';
import { type ServedStore, serveStore } from './servedStore.ts';
import { makeSliceFolder } from './sliceFolder.ts';

type Log = (entry: {
  readonly level: 'info' | 'warning';
  readonly message: string;
  readonly hint?: string;
}) => void;

/**
 * The store that is meant by `--store`, and the file of a ledger that follows it. Throws a usage error if none is set,
 * and a StoreError if it cannot be read now.
 */
export async function openServedStore(
  session: Session,
  { said, host, limit, log }: { said: string | true; host: string | null; limit: number; log: Log },
): Promise<{ path: string; store: ServedStore; close(): Promise<void> }> {
  const { context, settings } = session;
  const address = await requiredStore(session, said);
  const { path, slice, remove } = makeSliceFolder(context);
  try {
    const store = await serveStore(context, {
      address,
      slice,
      filter: {
        deployment: settings.text('deployment') ?? undefined,
        environment: settings.text('environment') ?? undefined,
        // The instance of a group is the name of its host in lower case.
        host: host?.toLowerCase(),
        limit,
      },
      onLost: ({ message }) =>
        log({
          level: 'warning',
          message,
          hint: 'check the store; the last data stays visible and `serve` keeps trying',
        }),
      onBack: () => log({ level: 'info', message: `the store ${address.shown} can be read again` }),
    });
    return {
      path,
      store,
      async close() {
        await store.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
