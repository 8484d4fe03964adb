import { noteScraped } from '../../ledger/push/shownGroups.ts';
import { expositionType } from '../../metrics/exposition.ts';
import { respond } from '../http/respond.ts';
import { headersOf, type RequestHeaders, type Route } from '../route.ts';
import type { ServerContext } from '../serverContext.ts';
import { MetricsText } from './metricsText.ts';
import type { ServerMetrics } from './serverMetrics.ts';

/** How often a scrape is recorded. */
const noteEveryMs = 60_000;

const ofSample = '# deploytrack serve --sample: all deployments are sample data\n';
const ofStore = '# deploytrack serve --store: only the server itself; each host pushes its own totals\n';

/**
 * `/metrics`: every group of the ledger, then the server itself. The text format is always 0.0.4, because in OpenMetrics
 * `deployment_total` and `deployment_info` would be one family with two types.
 */
export function metricsRoute(
  own: ServerMetrics,
  { isSample, isOfStore }: { isSample: boolean; isOfStore: boolean },
): Route {
  const text = new MetricsText(own, isSample ? ofSample : isOfStore ? ofStore : '');
  let notedMs = Number.NEGATIVE_INFINITY;
  return {
    name: 'metrics',
    method: 'GET',
    path: '/metrics',
    async answer(request, server) {
      const headers = headersOf(request);
      const connect = () => server.database();
      const nowMs = server.session.context.instant().wallMs;
      if (isScrape(headers) && Math.abs(nowMs - notedMs) >= noteEveryMs) {
        notedMs = nowMs;
        noteScrape(server, nowMs);
      }
      const answer = { 'Content-Type': expositionType, Vary: 'Accept-Encoding' };
      if (!takesGzip(headers['accept-encoding']))
        return respond(request, { status: 200, headers: answer, body: await text.bytes(connect, nowMs) });
      const body = await text.gzipped(connect, nowMs);
      return respond(request, { status: 200, headers: { ...answer, 'Content-Encoding': 'gzip' }, body });
    },
  };
}

/** Prometheus and compatible scrapers send this header; curl does not. */
function isScrape(headers: RequestHeaders): boolean {
  return headers['x-prometheus-scrape-timeout-seconds'] !== undefined;
}

/** The response does not wait for it. If the ledger cannot be written, `doctor` does not know about the scrape. */
function noteScrape({ session }: ServerContext, nowMs: number): void {
  session.store.note((database) => noteScraped(database, nowMs)).catch(() => {});
}

/** RFC 9110, 12.5.3: gzip is listed without `q=0`. If it is not listed, it is not used. */
function takesGzip(accepted: string | undefined): boolean {
  return (accepted ?? '').split(',').some((one) => {
    const [coding = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
    const isRefused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return (coding === 'gzip' || coding === 'x-gzip' || coding === '*') && !isRefused;
  });
}
