import { setFlagsFromString } from 'node:v8';
import { companions, type Running } from './companions.ts';
import type { Front } from './front/readFront.ts';
import { type Handling, handle } from './http/handle.ts';
import { defaultLimits } from './http/limits.ts';
import { type Listening, listen, type Tls } from './http/listen.ts';
import { OpenStreams, stopServer } from './http/stop.ts';
import { isLoopback, type ListenAddress, shownAddress } from './listenAddress.ts';
import { ServerMetrics } from './metrics/serverMetrics.ts';
import type { Serving } from './route.ts';
import { allRoutes } from './routes.ts';
import type { ServeInput } from './serveInput.ts';

/** Answers until it is told to stop; throws a DeploytrackError where it cannot begin. */
export async function runServer(
  serving: Serving,
  { front, input }: { front: Front; input: ServeInput },
): Promise<void> {
  keepHeapSmall();
  const { context } = serving.session;
  const streams = new OpenStreams();
  const own = new ServerMetrics();
  const handling: Handling = {
    routes: allRoutes(own, { input, isSample: serving.isSample }),
    serving,
    limits: defaultLimits,
    streams,
    admit: front.admit,
    onAnswered: (request) => own.answered(request),
  };
  const running: Running[] = [];
  try {
    for (const companion of serving.isSample ? [] : companions) {
      const begun = await companion(serving, input);
      if (begun !== null) running.push(begun);
    }
    const { server, address, connections } = await listenFor(handling, front);
    // Before the line that says so: who waits for it may stop us at once.
    const stopped = stopSignal(serving);
    const sample = serving.isSample ? { sample: 'every deployment is invented' } : {};
    const shown = { address: shownUrl(address, front.tls), auth: front.auth };
    serving.log({ level: 'info', message: 'listening', ...shown, ...sample });
    const signal = await stopped;
    serving.log({ level: 'info', message: 'stopping', signal });
    await stopServer(server, { streams, connections, patienceMs: handling.limits.stopMs });
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
  serving.log({ level: 'info', message: 'stopped', pid: context.pid });
}

function listenFor(handling: Handling, { address, tls }: Front): Promise<Listening> {
  const { limits, serving } = handling;
  return listen(address, {
    context: serving.session.context,
    tls,
    limits,
    onRequest: (request, response) => void handle(handling, { request, response }),
    onRefused: (status) => serving.log({ level: 'warning', message: 'refused', status }),
  });
}

function stopSignal({ session }: Serving): Promise<string> {
  return new Promise((resolve) => {
    // Only the first: a second one ends the process as it would any other.
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
 * Keeps the heap near what is in use. When many ask at once V8 would widen its space for young objects to 32 MB and
 * collect the old ones late, though what an answer leaves behind is gone before the next. To be called before the heap
 * has grown.
 */
function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--optimize-for-size');
}
