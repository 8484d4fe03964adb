import { foldAll } from '../ledger/rollups/keepUp.ts';
import type { BackgroundTask } from './backgroundTasks.ts';

const everyMs = 30_000;
/** Requests wait as long, and marks. */
const sliceMs = 15;

/** Keeps roll-ups up to date: at the start, and every half minute, a little at a time. */
export const rollupTask: BackgroundTask = async (server) => {
  const { context, store } = server.session;
  let isOver = false;
  const once = async (): Promise<void> => {
    try {
      await foldAll(context, { database: await store.database(), sliceMs, isOver: () => isOver });
    } catch (error) {
      server.log({ level: 'error', message: (error as Error).message });
    }
  };
  let running = once();
  const timer = setInterval(() => {
    running = running.then(once);
  }, everyMs);
  return {
    async stop() {
      isOver = true;
      clearInterval(timer);
      await running;
    },
  };
};
