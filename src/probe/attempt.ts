import type { Context } from '../context.ts';
import type { Instant } from '../model.ts';
import { secondsBetween } from '../model.ts';
import { startDeadline } from './deadline.ts';
import type { Exchange, OpenExchange } from './exchange.ts';
import { failureFinding } from './failure.ts';
import { type Finding, finding } from './finding.ts';
import type { ProbeTarget } from './target.ts';

/** One check of an endpoint and its result. */
export interface Attempt extends Finding {
  readonly startedAt: Instant;
  /** When it was settled: by the response, the error or the deadline. */
  readonly endedAt: Instant;
  /** Name look-up, connection, TLS and response together. */
  readonly latencySeconds: number;
  readonly healthy: boolean;
}

/** Makes one attempt that is settled within `timeoutMs`; never rejects. */
export type Probe = (timeoutMs: number) => Promise<Attempt>;

/** A probe of an endpoint. Attempts may overlap; each has a connection of its own. */
export function createProbe(context: Context, target: ProbeTarget): Probe {
  let loading: Promise<OpenExchange> | undefined;
  return async (timeoutMs) => {
    loading ??= loadExchange(context, target);
    return settleWithin(context, { timeoutMs, open: await loading });
  };
}

async function loadExchange(context: Context, target: ProbeTarget): Promise<OpenExchange> {
  const { httpTransport } = await import('./http.ts');
  const { tcpTransport } = await import('./tcp.ts');
  const transport =
    target.kind === 'tcp' ? await tcpTransport() : await httpTransport(target.url.startsWith('https:'));
  return transport(target, context);
}

/** Runs one exchange under its one deadline and adds the times to the finding. Never rejects. */
export function settleWithin(
  context: Context,
  { timeoutMs, open }: { timeoutMs: number; open: OpenExchange },
): Promise<Attempt> {
  return new Promise((resolve) => {
    const startedAt = context.instant();
    let exchange: Exchange | undefined;
    const stop = startDeadline(context, timeoutMs, () => {
      settle(exchange?.late(timeoutMs) ?? finding('timeout', 'the attempt did not begin'));
      exchange?.cancel();
    });
    function settle(found: Finding): void {
      stop();
      resolve(asAttempt(found, { startedAt, endedAt: context.instant() }));
    }
    try {
      exchange = open(settle, timeoutMs);
    } catch (error) {
      settle(failureFinding(error, { stage: 'name', place: 'the target' }));
    }
  });
}

function asAttempt(found: Finding, times: { startedAt: Instant; endedAt: Instant }): Attempt {
  const { verdict, words, statusCode, version } = found;
  const latencySeconds = secondsBetween(times.startedAt, times.endedAt).seconds;
  return { ...times, latencySeconds, healthy: verdict === 'healthy', verdict, words, statusCode, version };
}
