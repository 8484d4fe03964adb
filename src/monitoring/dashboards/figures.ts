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
import { dressed, type PanelSpec } from './panel.ts';

/** Large values or texts, one per series. */
export function stat(spec: PanelSpec & { colored?: 'background' | 'value' }): Builder<Panel> {
  return dressed(new StatBuilder(), spec)
    .reduceOptions(lastValue())
    .graphMode(BigValueGraphMode.None)
    .colorMode(spec.colored === 'background' ? BigValueColorMode.Background : BigValueColorMode.Value)
    .textMode(spec.queries[0]?.legend === undefined ? BigValueTextMode.Value : BigValueTextMode.ValueAndName);
}

/** A gauge between `min` and `max`. */
export function gauge(spec: PanelSpec & { min: number; max: number }): Builder<Panel> {
  return dressed(new GaugeBuilder(), spec)
    .reduceOptions(lastValue())
    .min(spec.min)
    .max(spec.max)
    .showThresholdLabels(false)
    .showThresholdMarkers(true);
}

/** Horizontal bars, one per series. */
export function bars(spec: PanelSpec & { min?: number; max?: number }): Builder<Panel> {
  const panel = dressed(new BarGaugeBuilder(), spec)
    .reduceOptions(lastValue())
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .valueMode(BarGaugeValueMode.Color)
    .showUnfilled(true)
    .min(spec.min ?? 0);
  return spec.max === undefined ? panel : panel.max(spec.max);
}

function lastValue(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields('');
}
