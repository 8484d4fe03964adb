import type { PanelJson } from '../../dashboards/dashboard.ts';
import type { Series } from '../answers.ts';
import { colourOf } from '../colours.ts';
import { nothing } from './html.ts';
import type { TimeSeriesParts } from './timeSeries.ts';

const nameWidth = 190;

/** A lane for each series: filled while the series exists, colored by its value. */
export function drawStateTimeline(panel: PanelJson, { answers, source, size }: TimeSeriesParts): string {
  const field = panel.fieldConfig?.defaults ?? {};
  const series = answers.flatMap((answer) => answer.series);
  if (series.length === 0) return nothing(field.noValue);
  const lane = Math.min(40, (size.height - 24) / series.length);
  const width = size.width - nameWidth - 12;
  const span = source.toSeconds - source.fromSeconds;
  const x = (seconds: number) => nameWidth + (width * (seconds - source.fromSeconds)) / span;
  const lanes = series.map((one, index) => {
    const y = index * lane;
    const filled = stretches(one, source.stepSeconds).map(
      ({ from, to, value }) =>
        `<rect x="${x(from)}" y="${y + lane * 0.1}" width="${Math.max(2, x(to) - x(from))}" height="${lane * 0.8}" fill="${colourOf(value, field)}"/>`,
    );
    return `<text x="${nameWidth - 8}" y="${y + lane / 2 + 4}" text-anchor="end">${one.name}</text>${filled.join('')}`;
  });
  const moments = [0.1, 0.5, 0.9].map((share) => {
    const seconds = source.fromSeconds + share * span;
    return `<text x="${x(seconds)}" y="${series.length * lane + 18}" text-anchor="middle">${new Date(seconds * 1000).toISOString().slice(11, 19)}</text>`;
  });
  return `<svg width="${size.width}" height="${size.height}">${lanes.join('')}${moments.join('')}</svg>`;
}

function stretches({ points }: Series, stepSeconds: number): { from: number; to: number; value: number }[] {
  const found: { from: number; to: number; value: number }[] = [];
  for (const { seconds, value } of points) {
    const last = found.at(-1);
    if (last !== undefined && last.value === value && seconds - last.to <= stepSeconds * 1.5)
      last.to = seconds;
    else found.push({ from: seconds, to: seconds, value });
  }
  return found;
}
