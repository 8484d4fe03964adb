import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { programVersion } from '../../programVersion.ts';
import type { LoggedRequest } from '../middleware/requestLog.ts';

/** Metrics of the server itself. Label values are bounded: routes, known methods and statuses. */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<'route' | 'method' | 'status'>;
  readonly #seconds: Histogram<'route'>;
  readonly #loopDelay = monitorEventLoopDelay({ resolution: 10 });

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Counter({
      name: 'deploytrack_serve_requests_total',
      help: 'Requests that were answered, by route, method and status.',
      labelNames: ['route', 'method', 'status'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'deploytrack_serve_request_duration_seconds',
      help: 'Seconds from the first byte of a request to the last of its answer.',
      labelNames: ['route'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    });
    new Gauge({
      name: 'deploytrack_serve_info',
      help: 'Version of the server; the value is always 1.',
      labelNames: ['version'],
      registers,
    }).set({ version: programVersion }, 1);
    const nanoseconds = this.#loopDelay;
    // The gauges of prom-client start anew at each scrape.
    new Gauge({
      name: 'deploytrack_serve_longest_stop_seconds',
      help: 'The longest time for which the server could answer no request, since it started to listen.',
      registers,
      collect() {
        this.set(nanoseconds.max / 1e9);
      },
    });
  }

  /** Loading the program is not a stop. */
  startToListen(): void {
    this.#loopDelay.enable();
  }

  answered({ route, method, status, durationSeconds }: LoggedRequest): void {
    this.#requests.inc({ route, method, status });
    this.#seconds.observe({ route }, durationSeconds);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
