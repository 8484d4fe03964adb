import { sendBudgetMs } from '../cli/define/settings.ts';
import { Budget } from '../push/budget.ts';
import { removeStaleGroups } from '../push/removeStaleGroups.ts';
import { formatMessage } from '../report/messages/warnings.ts';
import type { BackgroundTask } from './backgroundTasks.ts';

const everyMs = 600_000;

/** Lets groups that are gone age out: at the start, and every ten minutes. */
export const ageOutTask: BackgroundTask = async (server, { staleAfterMs }) => {
  const { session } = server;
  const once = async (): Promise<void> => {
    try {
      const budgetMs = session.settings.durationMs('gateway-timeout') ?? sendBudgetMs('push');
      const budget = new Budget(session.context, budgetMs);
      for (const warning of await removeStaleGroups(session, { staleAfterMs, budget }))
        server.log({ level: 'warning', message: formatMessage(warning) });
    } catch (error) {
      server.log({ level: 'error', message: (error as Error).message });
    }
  };
  let running = once();
  const timer = setInterval(() => {
    running = running.then(once);
  }, everyMs);
  return {
    // What is under way is not waited for: a group that was not let go is asked for the next time.
    async stop() {
      clearInterval(timer);
    },
  };
};
