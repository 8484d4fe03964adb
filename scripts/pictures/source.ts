/** A Prometheus and the span of time that it covers. */
export interface Source {
  readonly fromSeconds: number;
  /** Time of the newest sample. */
  readonly toSeconds: number;
  readonly stepSeconds: number;
  readonly scrapeSeconds: number;
  instant(expr: string): Promise<Found[]>;
  range(expr: string): Promise<Found[]>;
}

export interface Found {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly { readonly seconds: number; readonly value: number }[];
}

type RawPoint = [seconds: number, value: string];
type RawSeries = { metric: Record<string, string>; value?: RawPoint; values?: RawPoint[] };

/** Covers everything in a new Prometheus, or `rangeSeconds` before its newest sample. */
export async function openSource(url: string, rangeSeconds?: number): Promise<Source> {
  const ask = async (path: string, form?: Record<string, string>) => {
    const body = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
    const answer = (await (await fetch(`${url}/api/v1/${path}`, body)).json()) as {
      status: string;
      error?: string;
      // biome-ignore lint/suspicious/noExplicitAny: each endpoint has a form of its own
      data: any;
    };
    if (answer.status !== 'success') throw new Error(`${path} ${JSON.stringify(form)}: ${answer.error}`);
    return answer.data;
  };
  const { headStats } = await ask('status/tsdb');
  const [target] = (await ask('targets?state=active')).activeTargets;
  const scrapeSeconds = secondsOf(target.scrapeInterval);
  const toSeconds = headStats.maxTime / 1000;
  const fromSeconds = rangeSeconds === undefined ? headStats.minTime / 1000 : toSeconds - rangeSeconds;
  const stepSeconds = Math.max(scrapeSeconds, (toSeconds - fromSeconds) / 240);
  return {
    fromSeconds,
    toSeconds,
    stepSeconds,
    scrapeSeconds,
    instant: async (query) => found((await ask('query', { query, time: String(toSeconds) })).result),
    range: async (query) =>
      found(
        (
          await ask('query_range', {
            query,
            start: String(fromSeconds),
            end: String(toSeconds),
            step: String(stepSeconds),
          })
        ).result,
      ),
  };
}

function found(result: readonly RawSeries[]): Found[] {
  return result.map(({ metric, value, values }) => ({
    labels: metric,
    points: (values ?? (value === undefined ? [] : [value])).map(([seconds, text]) => ({
      seconds,
      value: Number(text),
    })),
  }));
}

function secondsOf(duration: string): number {
  const [, amount = '15', unit = 's'] = /^(\d+)(ms|s|m)$/.exec(duration) ?? [];
  return Number(amount) * ({ ms: 0.001, s: 1, m: 60 }[unit] ?? 1);
}
