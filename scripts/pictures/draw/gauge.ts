import type { PanelJson } from '../../dashboards/dashboard.ts';
import type { Answer } from '../answers.ts';
import { colourByThreshold } from '../colours.ts';
import { figuresOf } from './figure.ts';
import { escaped, nothing, type Size } from './html.ts';

const startAngle = -210;
const sweep = 240;

/** An arc from the minimum to the maximum, with the thresholds around it. */
export function drawGauge(
  panel: PanelJson,
  { answers, size }: { answers: readonly Answer[]; size: Size },
): string {
  const field = panel.fieldConfig?.defaults ?? {};
  const [figure] = figuresOf(answers, field);
  if (figure === undefined) return nothing(field.noValue);
  const { min = 0, max = 100, thresholds } = field;
  const share = (value: number) => Math.min(1, Math.max(0, (value - min) / (max - min)));
  const radius = Math.min(size.width / 2, size.height / 1.6) - 16;
  const centre = { x: size.width / 2, y: radius + 14 };
  const arc = (
    from: number,
    to: number,
    { at, colour, thick }: { at: number; colour: string; thick: number },
  ) =>
    `<path d="${arcPath(centre, { radius: at, from, to })}" stroke="${colour}" stroke-width="${thick}" fill="none"/>`;
  const steps = thresholds?.steps ?? [];
  const outer = steps.map(({ value }, index) => {
    const from = share(value ?? min);
    const to = share(steps[index + 1]?.value ?? max);
    return arc(from, to, { at: radius + 9, colour: colourByThreshold(value ?? min, thresholds), thick: 4 });
  });
  const filled = Number.isNaN(figure.value)
    ? ''
    : arc(0, share(figure.value), { at: radius - 8, colour: figure.colour, thick: 24 });
  return `<svg width="${size.width}" height="${size.height}">
    ${arc(0, 1, { at: radius - 8, colour: '#2c3038', thick: 24 })}${filled}${outer.join('')}
    <text x="${centre.x}" y="${centre.y + 14}" text-anchor="middle" style="font-size:${Math.min(32, radius / 2.2)}px;font-weight:600;fill:${figure.colour}">${escaped(figure.text)}</text>
  </svg>`;
}

function arcPath(
  { x, y }: { x: number; y: number },
  { radius, from, to }: { radius: number; from: number; to: number },
): string {
  const point = (share: number) => {
    const angle = ((startAngle + sweep * share) * Math.PI) / 180;
    return `${(x + radius * Math.cos(angle)).toFixed(1)} ${(y + radius * Math.sin(angle)).toFixed(1)}`;
  };
  const isLong = sweep * (to - from) > 180 ? 1 : 0;
  return `M ${point(from)} A ${radius} ${radius} 0 ${isLong} 1 ${point(to)}`;
}
