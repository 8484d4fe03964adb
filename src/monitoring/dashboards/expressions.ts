/** Matchers for the variables of every dashboard. */
const chosen = ['deployment=~"$deployment"', 'environment=~"$environment"'];

/** Labels of one group of series, and with the ID of one deployment. */
export const group = 'instance, deployment, environment';
export const oneDeployment = `${group}, deployment_id`;

/** The series of `metric` that the variables select, with more matchers. */
export function chosenOf(metric: string, ...matchers: readonly string[]): string {
  return `${metric}{${[...matchers, ...chosen].join(',')}}`;
}

/** Count of events in the dashboard's range. Rounded, because increase() extrapolates 3 to 3.002. */
export function countOf(series: string, by = ''): string {
  return `round(${sumBy(by)}(increase(${series}[$__range])))`;
}

/** Sum of seconds or dollars in the dashboard's range, not rounded. */
export function amountOf(series: string, by = ''): string {
  return `${sumBy(by)}(increase(${series}[$__range]))`;
}

/** Ratio of good events to all in the range, 0 to 1; NaN if there were none. */
export function shareOf({ good, all, by = '' }: { good: string; all: string; by?: string }): string {
  return `${countOf(good, by)} / ${countOf(all, by)}`;
}

/** Average of a histogram's observations in the range. */
export function meanOf({ metric, by }: { metric: string; by: string }): string {
  return `${amountOf(chosenOf(`${metric}_sum`), by)} / ${countOf(chosenOf(`${metric}_count`), by)}`;
}

/** A quantile of a histogram's observations in the range: as fine as its buckets. */
export function quantileOf({ q, metric, by = '' }: { q: number; metric: string; by?: string }): string {
  const labels = by === '' ? 'le' : `le, ${by}`;
  return `histogram_quantile(${q}, ${amountOf(chosenOf(`${metric}_bucket`), labels)})`;
}

/** `series` with labels that only `deployment_recent_info` has. */
export function withRecent({ series, labels }: { series: string; labels: string }): string {
  return `${series} * on (${oneDeployment}) group_left (${labels}) ${chosenOf('deployment_recent_info')}`;
}

function sumBy(by: string): string {
  return by === '' ? 'sum' : `sum by (${by}) `;
}

/** Start of the newest deployment of each group, with its ID. */
export const newestDeployment = `(${chosenOf('deployment_recent_start_timestamp_seconds')} == on (${group}) group_left () max by (${group}) (${chosenOf('deployment_recent_start_timestamp_seconds')}))`;

/** Legend of a series of one group. */
export const groupLegend = '{{deployment}} {{environment}} {{instance}}';
