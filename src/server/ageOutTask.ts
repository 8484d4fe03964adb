import { sendBudgetMs } from '../cli/define/settings.ts';
import { Budget } from '../push/lease.ts';
import { removeStaleGroups } from '../push/removeStaleGroups.ts';
import type { BackgroundTask } from './backgroundTasks.ts';

const everyMs = 600_000;

/** Removes groups that are gone: at the start, and every ten minutes. */
export const ageOutTask: BackgroundTask = async (server, { staleAfterMs }) => {
  const { session } = server;
  const once = async (): Promise<void> => {
    try {
      const budgetMs = session.settings.durationMs('gateway-timeout') ?? sendBudgetMs('push');
      const budget = new Budget(session.context, budgetMs);
      for (const { message, hint } of await removeStaleGroups(session, { staleAfterMs, budget }))
        server.log({ level: 'warning', message, ...(hint === undefined ? {} : { hint }) });
    } catch (error) {
      server.log({ level: 'error', message: (error as Error).message });
    }
  };
  let running = once();
  const timer = setInterval(() => {
    running = running.then(once);
  }, everyMs);
  return {
    // It does not wait for a running removal: a group that is still there is removed the next time.
    async stop() {
      clearInterval(timer);
    },
  };
};
