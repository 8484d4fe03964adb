import { DockerCollector } from '../collect/docker/dockerCollector.ts';
import { defaultEngine, parseEngineAddress, shownEngine } from '../collect/docker/engineAddress.ts';
import { stopwatch } from '../duration.ts';
import type { BackgroundTask } from './backgroundTasks.ts';

const firstPauseMs = 1000;
const longestPauseMs = 30_000;

/** `--docker`: follows the containers of an engine. If the engine does not respond, it retries with longer pauses. */
export const dockerTask: BackgroundTask = async (server, { docker: said }) => {
  if (said === null) return null;
  const { context, store, settings } = server.session;
  const default_ = context.env.DOCKER_HOST || defaultEngine(context.platform);
  const engine = parseEngineAddress(said !== true && said !== '' ? said : default_);
  const warn = (message: string) => server.log({ level: 'warning', message });
  const collector = new DockerCollector({
    context,
    engine,
    instance: settings.text('instance'),
    environment: settings.value('environment'),
    write: (change) => store.write(change),
    warn,
  });
  const stopped = new AbortController();
  const running = (async () => {
    let pauseMs = firstPauseMs;
    let told = '';
    while (!stopped.signal.aborted) {
      const followedMs = stopwatch(context);
      try {
        await collector.follow(stopped.signal);
        told = '';
      } catch (error) {
        const { message, hint } = error as Error & { readonly hint?: string };
        // The same warning is logged only once in a row.
        if (message !== told && !stopped.signal.aborted)
          server.log({ level: 'warning', message, ...(hint === undefined ? {} : { hint }) });
        told = message;
      }
      if (followedMs() > longestPauseMs) pauseMs = firstPauseMs;
      await pause(pauseMs, stopped.signal);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  })();
  server.log({ level: 'info', message: 'following containers', engine: shownEngine(engine) });
  return {
    async stop() {
      stopped.abort();
      await running;
    },
  };
};

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, signal.aborted ? 0 : ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
