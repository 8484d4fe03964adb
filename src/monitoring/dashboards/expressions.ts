/** Matchers for the variables of every dashboard. */
const chosenNames = ['deployment=~"$deployment"', 'environment=~"$environment"'];
const chosen = [...chosenNames, 'instance=~"$instance"'];

/** Labels of one group of series, and with the ID of one deployment. */
export const group = 'instance, deployment, environment';
export const oneDeployment = `${group}, deployment_id`;

/** The series of `metric` that the variables select, with more matchers. */
export function chosenOf(metric: string, ...matchers: readonly string[]): string {
  return `${metric}{${[...matchers, ...chosen].join(',')}}`;
}

/** The same of a recorded series, which has all hosts together. */
export function recordedOf(metric: string): string {
  return `${metric}{${chosenNames.join(',')}}`;
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

/** A ratio and how many events it is of. */
export function shareAndCount(of: {
  good: string;
  all: string;
  by?: string;
}): [share: string, count: string] {
  return [shareOf(of), countOf(of.all, of.by)];
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

/**
 * Adds the label `page`: the address of the deployment in the web UI. Without an address in the variable there is no
 * label, so that no link leads nowhere.
 */
export function withPage(series: string): string {
  const page = '$' + '{page:raw}';
  const both = `label_join(label_replace(${series}, "base", "${page}", "", ""), "both", " ", "base", "deployment_id")`;
  return `label_replace(${both}, "page", "$1/#/d/$2", "both", "(https?://.*?)/* (.+)")`;
}

function sumBy(by: string): string {
  return by === '' ? 'sum' : `sum by (${by}) `;
}

/** Start of the newest deployment of each group, with its ID. */
export const newestDeployment = `(${chosenOf('deployment_recent_start_timestamp_seconds')} == on (${group}) group_left () max by (${group}) (${chosenOf('deployment_recent_start_timestamp_seconds')}))`;

/** The newest deployment of each group, with its attributes. */
export const newest = `${chosenOf('deployment_recent_info')} and on (${oneDeployment}) ${newestDeployment}`;

/** Legend of a series of one group. */
export const groupLegend = '{{deployment}} {{environment}} {{instance}}';
