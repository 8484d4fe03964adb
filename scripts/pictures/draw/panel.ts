import type { PanelJson } from '../../dashboards/dashboard.ts';
import { drawBars } from './bars.ts';
import { drawGauge } from './gauge.ts';
import { drawStat } from './stat.ts';
import { drawStateTimeline } from './stateTimeline.ts';
import { drawTable } from './table.ts';
import { drawText } from './text.ts';
import { drawTimeSeries, type TimeSeriesParts } from './timeSeries.ts';
import { drawWaterfall } from './waterfall.ts';

type Draw = (panel: PanelJson, parts: TimeSeriesParts) => string;

const kinds: Readonly<Record<string, Draw>> = {
  stat: drawStat,
  gauge: drawGauge,
  bargauge: drawBars,
  table: drawTable,
  timeseries: drawTimeSeries,
  'state-timeline': drawStateTimeline,
  barchart: drawWaterfall,
  text: drawText,
};

/** The content of a panel; throws for a type that none of our dashboards has. */
export function drawPanel(panel: PanelJson, parts: TimeSeriesParts): string {
  const draw = kinds[panel.type];
  if (draw === undefined) throw new Error(`cannot draw panels of type ${panel.type}`);
  return draw(panel, parts);
}
