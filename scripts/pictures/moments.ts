import type { DashboardJson } from '../dashboards/dashboard.ts';
import { type Chosen, substitute } from '../dashboards/substitute.ts';
import { colourNamed } from './colours.ts';
import type { Source } from './source.ts';

/** An annotation: a line through the charts. */
export interface Moment {
  readonly seconds: number;
  readonly colour: string;
}

/**
 * If a value is the time, each value once; otherwise the beginning of each stretch in which the series
 * exists.
 */
export async function momentsOf(
  { annotations }: DashboardJson,
  { source, chosen }: { source: Source; chosen: Chosen },
): Promise<Moment[]> {
  const all = await Promise.all(
    annotations.list.map(async ({ expr, iconColor, useValueForTime }) => {
      const series = await source.range(substitute(expr, chosen));
      const times = series.flatMap(({ points }) =>
        useValueForTime
          ? points.map(({ value }) => value / 1000)
          : points
              .filter(
                ({ seconds }, index) =>
                  seconds - (points[index - 1]?.seconds ?? 0) > source.stepSeconds * 1.5,
              )
              .map(({ seconds }) => seconds),
      );
      return [...new Set(times)].map((seconds) => ({ seconds, colour: colourNamed(iconColor) }));
    }),
  );
  return all.flat().filter(({ seconds }) => seconds >= source.fromSeconds && seconds <= source.toSeconds);
}
