import type { PanelJson } from '../../dashboards/dashboard.ts';
import type { Answer } from '../answers.ts';
import { colourNamed, colourOfSeries } from '../colours.ts';
import { formatValue } from '../format.ts';
import { type Row, rowsOf } from '../rows.ts';
import { escaped, nothing, type Size } from './html.ts';
import { legend } from './legend.ts';

const nameWidth = 120;

/** Horizontal stacked bars: every number of a row after the one before it. */
export function drawWaterfall(
  panel: PanelJson,
  { answers, size }: { answers: readonly Answer[]; size: Size },
): string {
  const { names, rows } = rowsOf(answers, panel.transformations ?? []);
  const unit = panel.fieldConfig?.defaults.unit ?? 'none';
  const fields = names.filter((name) => rows.some((row) => typeof row[name] === 'number'));
  if (rows.length === 0) return nothing(panel.fieldConfig?.defaults.noValue);
  const colour = (name: string) =>
    colourNamed(fixedColour(panel, name) ?? colourOfSeries(fields.indexOf(name)));
  const sum = (row: Row) => fields.reduce((total, name) => total + (Number(row[name]) || 0), 0);
  const longest = Math.max(...rows.map(sum));
  const width = size.width - nameWidth - 70;
  const lane = Math.min(38, (size.height - 50) / rows.length);
  const lanes = rows.map((row, index) => {
    const y = index * lane;
    let at = nameWidth;
    const bars = fields.map((name) => {
      const length = (width * (Number(row[name]) || 0)) / longest;
      const bar = `<rect x="${at}" y="${y + lane * 0.12}" width="${length}" height="${lane * 0.76}" fill="${colour(name)}"/>`;
      at += length;
      return bar;
    });
    const took = fields.slice(1).reduce((total, name) => total + (Number(row[name]) || 0), 0);
    return `<text x="${nameWidth - 8}" y="${y + lane / 2 + 4}" text-anchor="end">${escaped(String(row[panel.options.xField]))}</text>${bars.join('')}<text x="${at + 6}" y="${y + lane / 2 + 4}">${formatValue(took, { unit })}</text>`;
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<text x="${nameWidth + width * share}" y="${rows.length * lane + 18}" text-anchor="middle">${formatValue(longest * share, { unit })}</text>`,
  );
  const shown = fields.filter((name) => colour(name) !== 'transparent');
  return `<svg width="${size.width}" height="${size.height - 24}">${lanes.join('')}${ticks.join('')}</svg>${legend(shown.map((name) => ({ name, colour: colour(name) })))}`;
}

function fixedColour({ fieldConfig }: PanelJson, name: string): string | undefined {
  return fieldConfig?.overrides
    .find(({ matcher }) => matcher.options === name)
    ?.properties.find(({ id }) => id === 'color')?.value.fixedColor;
}
