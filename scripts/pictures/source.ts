import type { Prometheus, QueryResult } from '../../test/support/prometheus.ts';

export interface Found {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly { readonly seconds: number; readonly value: number }[];
}

/** The span of time that a picture shows, in Unix seconds, and the distance of two points. */
export interface Span {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly stepSeconds: number;
  readonly scrapeSeconds: number;
}

/** A Prometheus, for the time of a picture. */
export interface Source {
  readonly span: Span;
  instant(expr: string): Promise<QueryResult[]>;
  range(expr: string): Promise<Found[]>;
}

type Answer = {
  readonly error?: string;
  readonly data?: { readonly result: { metric: Record<string, string>; values: [number, string][] }[] };
};

/** Between two times, in Unix seconds. */
export function openSource(
  { url, query }: Prometheus,
  { start, end, scrapeSeconds }: { start: number; end: number; scrapeSeconds: number },
): Source {
  // At the times of scrapes.
  const step = scrapeSeconds * Math.ceil((end - start) / scrapeSeconds / 240);
  return {
    span: { fromSeconds: start, toSeconds: end, stepSeconds: step, scrapeSeconds },
    instant: (expr) => query(expr, end),
    range: async (expr) => {
      const asked = new URLSearchParams({ query: expr, start: `${start}`, end: `${end}`, step: `${step}` });
      const { data, error } = (await (await fetch(`${url}/api/v1/query_range?${asked}`)).json()) as Answer;
      if (data === undefined) throw new Error(`${expr}: ${error}`);
      return data.result.map(({ metric, values }) => ({
        labels: metric,
        points: values.map(([seconds, text]) => ({ seconds, value: Number(text) })),
      }));
    },
  };
}
