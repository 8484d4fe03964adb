import { setFlagsFromString } from 'node:v8';
import { serverApp } from './app.ts';
import type { ListenerConfig } from './auth/readListenerConfig.ts';
import { backgroundTasks, type Running } from './backgroundTasks.ts';
import { defaultLimits as limits } from './http/limits.ts';
import { listen, type Tls } from './http/listen.ts';
import { nodeListener } from './http/nodeListener.ts';
import { OpenStreams, stopServer } from './http/stop.ts';
import { isLoopback, type ListenAddress, shownAddress } from './listenAddress.ts';
import { ServerMetrics } from './metrics/serverMetrics.ts';
import { allRoutes } from './routes.ts';
import type { ServeInput } from './serveInput.ts';
import type { ServerContext } from './serverContext.ts';

/** Runs the server until a stop signal. Throws a DeploytrackError if it cannot start. */
export async function runServer(
  server: ServerContext,
  { listener, input }: { listener: ListenerConfig; input: ServeInput },
): Promise<void> {
  keepHeapSmall();
  const { context } = server.session;
  const streams = new OpenStreams();
  const own = new ServerMetrics();
  const app = serverApp(server, {
    routes: allRoutes(own, { streams, input, server }),
    limits,
    authenticate: listener.authenticate,
    onAnswered: (request) => own.answered(request),
  });
  const running: Running[] = [];
  try {
    for (const task of backgroundTasks(server)) {
      const begun = await task(server, input);
      if (begun !== null) running.push(begun);
    }
    const listening = await listen(listener.address, {
      context,
      tls: listener.tls,
      limits,
      onRequest: nodeListener(app),
      onRefused: (status) => server.log({ level: 'warning', message: 'refused', status }),
    });
    own.startToListen();
    // Before the log line `listening`: a program that waits for the line may stop us at once.
    const stopped = stopSignal(server);
    const sample = server.isSample ? { sample: 'all deployments are sample data' } : {};
    const store = server.store === null ? {} : { store: server.store.state().shown };
    const shown = { address: shownUrl(listening.address, listener.tls), auth: listener.auth };
    server.log({ level: 'info', message: 'listening', ...shown, ...sample, ...store });
    const signal = await stopped;
    server.log({ level: 'info', message: 'stopping', signal });
    const { connections } = listening;
    await stopServer(listening.server, { streams, connections, patienceMs: limits.stopMs });
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
  server.log({ level: 'info', message: 'stopped', pid: context.pid });
}

function stopSignal({ session }: ServerContext): Promise<string> {
  return new Promise((resolve) => {
    // Only for the first signal: a second one ends the process by default.
    const forget = (['SIGTERM', 'SIGINT'] as const).map((signal) =>
      session.context.onSignal(signal, () => {
        for (const one of forget) one();
        resolve(signal);
      }),
    );
  });
}

function shownUrl(address: ListenAddress, tls: Tls): string {
  const host = isLoopback(address) || address.host !== null ? shownAddress(address) : `*:${address.port}`;
  return `${tls === null ? 'http' : 'https'}://${host}`;
}

/**
 * Keeps the heap small. With many requests V8 would grow its space for young objects to 32 MB and collect old ones late,
 * although the objects of a response are garbage before the next one. Must be called before the heap has grown.
 */
function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--optimize-for-size');
}
