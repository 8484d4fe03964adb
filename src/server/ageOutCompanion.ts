import { ageOutGroups, defaultStaleAfterMs } from '../delivery/ageOutGroups.ts';
import { inWords } from '../report/warnings.ts';
import { durationMs } from '../words/invocation.ts';
import type { Companion } from './companions.ts';

const everyMs = 600_000;

/** Lets groups that are gone age out: at the start, and every ten minutes. */
export const ageOutCompanion: Companion = async (serving, invocation) => {
  const staleAfterMs = durationMs(invocation, 'stale-after') ?? defaultStaleAfterMs;
  const once = async (): Promise<void> => {
    try {
      for (const warning of await ageOutGroups(serving.session, staleAfterMs))
        serving.log({ level: 'warning', message: inWords(warning) });
    } catch (error) {
      serving.log({ level: 'error', message: (error as Error).message });
    }
  };
  let running = once();
  const timer = setInterval(() => {
    running = running.then(once);
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
};
