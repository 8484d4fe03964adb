import type { VNode } from 'preact';
import type { Deployment } from '../../src/server/api.ts';
import { seconds } from '../../src/web/format.ts';

/**
 * A line from the left to the right, between 0 and its maximum. Null is unknown: the line goes straight over it, or has a
 * gap there. A dot is at a value.
 */
export function Line({
  values,
  text,
  dots = [],
  hasGaps = false,
}: {
  readonly values: readonly (number | null)[];
  readonly text: string;
  readonly dots?: readonly { readonly index: number; readonly title: string }[];
  readonly hasGaps?: boolean;
}): VNode {
  const known = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]));
  const most = Math.max(...known.map(({ value }) => value), 0.001);
  const x = (index: number) => (values.length < 2 ? 150 : 4 + (292 * index) / (values.length - 1));
  const y = (value: number) => 40 - (36 * value) / most;
  const path = known.map(({ index, value }, at) => {
    const place = `${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    // A line of length 0 shows a value that has no neighbors.
    if (hasGaps && known[at - 1]?.index !== index - 1) return `M${place}h0`;
    return `${at === 0 ? 'M' : 'L'}${place}`;
  });
  const shown = dots.flatMap(({ index, title }) => {
    const value = values[index] ?? null;
    return value === null ? [] : [{ index, title, value }];
  });
  return (
    <svg class="spark" viewBox="0 0 300 44" preserveAspectRatio="none" role="img" aria-label={text}>
      <line x1={0} x2={300} y1={40.5} y2={40.5} class="axis" />
      {known.length > 0 && <path d={path.join(' ')} class="line" />}
      {shown.map(({ index, title, value }) => (
        <circle cx={x(index)} cy={y(value)} r={3} class="fill-bad">
          <title>{title}</title>
        </circle>
      ))}
    </svg>
  );
}

/** The time range of a chart, in Unix milliseconds. */
export interface Scale {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A bar between two shares of the width, 0 to 1. */
export function Bar({
  from,
  to,
  kind,
}: {
  readonly from: number;
  readonly to: number;
  readonly kind: string;
}): VNode {
  const place = (share: number) => 600 * Math.min(1, Math.max(0, share));
  return (
    <svg class="bar" viewBox="0 0 600 16" preserveAspectRatio="none" aria-hidden="true">
      <rect x={place(from)} y={2} width={Math.max(2, place(to) - place(from))} height={12} class={kind} />
    </svg>
  );
}

/** A dot for each attempt: successful ones above, failed ones below. */
export function AttemptDots({
  attempts,
  scale: { fromMs, toMs },
}: {
  readonly attempts: Deployment['attempts'];
  readonly scale: Scale;
}): VNode {
  const good = attempts.filter(({ healthy }) => healthy).length;
  const x = (at: string) => ((600 * (Date.parse(at) - fromMs)) / (toMs - fromMs)).toFixed(1);
  const text = `${attempts.length} attempts, ${good} healthy`;
  return (
    <svg class="bar" viewBox="0 0 600 16" preserveAspectRatio="none" role="img" aria-label={text}>
      {/* A line of length 0 with round ends stays a round dot when the chart is stretched. */}
      {attempts.map(({ at, healthy, verdict, latency }) => (
        <path d={`M${x(at)} ${healthy ? 5 : 11}h0`} class={healthy ? 'dot dot-good' : 'dot dot-bad'}>
          <title>{`${verdict}, ${seconds(latency)}`}</title>
        </path>
      ))}
    </svg>
  );
}
