import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BarGaugeDisplayMode,
  BarGaugeValueMode,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as GaugeBuilder } from '@grafana/grafana-foundation-sdk/gauge';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { type Looks, looking } from './looks.ts';
import { dressed, letterOf, type PanelSpec } from './panel.ts';
import { thresholds, thresholdsOf } from './thresholds.ts';

/** Large values or texts, one per series. */
export function stat(spec: PanelSpec & { colored?: 'background' | 'value' }): Builder<Panel> {
  const panel = dressed(new StatBuilder(), spec)
    .reduceOptions(lastValue())
    .graphMode(BigValueGraphMode.None)
    .colorMode(spec.colored === 'background' ? BigValueColorMode.Background : BigValueColorMode.Value)
    .textMode(spec.queries[0]?.legend === undefined ? BigValueTextMode.Value : BigValueTextMode.ValueAndName);
  for (const [index, { as }] of spec.queries.entries())
    if (as !== undefined)
      panel.overrideByQuery(letterOf(index), [
        { id: 'unit', value: as.unit },
        { id: 'decimals', value: as.decimals },
        { id: 'thresholds', value: thresholdsOf(as.thresholds).build() },
      ]);
  return panel;
}

/** The count that a ratio is of. */
export const asCount = { unit: 'short', decimals: 0, thresholds: thresholds.none } as const;

/** A gauge between `min` and `max`. */
export function gauge(spec: PanelSpec & { min: number; max: number }): Builder<Panel> {
  return dressed(new GaugeBuilder(), spec)
    .reduceOptions(lastValue())
    .min(spec.min)
    .max(spec.max)
    .showThresholdLabels(false)
    .showThresholdMarkers(true);
}

/** Horizontal bars, one per series; `looks`: text and color by its name. */
export function bars(
  spec: PanelSpec & {
    min?: number;
    max?: number;
    looks?: Looks;
  },
): Builder<Panel> {
  const panel = dressed(new BarGaugeBuilder(), spec)
    .reduceOptions(lastValue())
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .valueMode(BarGaugeValueMode.Color)
    .showUnfilled(true)
    .min(spec.min ?? 0);
  looking(panel, spec.looks);
  return spec.max === undefined ? panel : panel.max(spec.max);
}

function lastValue(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields('');
}
