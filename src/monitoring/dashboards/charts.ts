import { PanelBuilder as BarChartBuilder } from '@grafana/grafana-foundation-sdk/barchart';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { DataTransformerConfig, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { type Looks, looking } from './looks.ts';
import { dressed, type PanelSpec } from './panel.ts';

/** Lines over time. Values change only with a deployment, so lines are steps; `gaps`: a series has no value at times of others. */
export function lines(
  spec: PanelSpec & { targetLine?: true; min?: number; max?: number; gaps?: true },
): Builder<Panel> {
  const panel = dressed(new TimeSeriesBuilder(), spec)
    .drawStyle(GraphDrawStyle.Line)
    .lineInterpolation(LineInterpolation.StepAfter)
    .lineWidth(2)
    .fillOpacity(8)
    .showPoints(VisibilityMode.Never)
    .min(spec.min ?? 0)
    .legend(legendBelow())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi));
  if (spec.max !== undefined) panel.max(spec.max);
  if (spec.gaps === true) panel.spanNulls(true);
  if (spec.targetLine === true)
    panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  return panel;
}

/** Points over time, for values that are measured only sometimes. */
export function points(spec: PanelSpec): Builder<Panel> {
  return dressed(new TimeSeriesBuilder(), spec)
    .drawStyle(GraphDrawStyle.Points)
    .showPoints(VisibilityMode.Always)
    .pointSize(6)
    .min(0)
    .legend(legendBelow())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi));
}

/** Vertical bars over time, stacked; `looks`: text and color by the name of a series. */
export function stackedBars(spec: PanelSpec & { looks?: Looks }): Builder<Panel> {
  const panel = dressed(new TimeSeriesBuilder(), spec)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(80)
    .lineWidth(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    .min(0)
    .legend(legendBelow())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi));
  return looking(panel, spec.looks);
}

/** States over time: a bar for each series, colored by its value. */
export function stateTimeline(spec: PanelSpec): Builder<Panel> {
  return dressed(new StateTimelineBuilder(), spec)
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .rowHeight(0.8)
    .legend(new VizLegendOptionsBuilder().showLegend(false).displayMode(LegendDisplayMode.List));
}

export interface WaterfallSpec extends PanelSpec {
  readonly transformations: readonly DataTransformerConfig[];
  /** The column that names a bar, and the column with its offset, which is drawn transparent. */
  readonly rowField: string;
  readonly offsetField: string;
  readonly colors: Readonly<Record<string, string>>;
}

/** Horizontal bars that begin after their offset. */
export function waterfall(spec: WaterfallSpec): Builder<Panel> {
  const panel = dressed(new BarChartBuilder(), spec)
    .transformations([...spec.transformations])
    .orientation(VizOrientation.Horizontal)
    .xField(spec.rowField)
    .stacking(StackingMode.Normal)
    .showValue(VisibilityMode.Never)
    .groupWidth(0.8)
    .fillOpacity(90)
    .lineWidth(0)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    );
  for (const [name, color] of Object.entries(spec.colors)) panel.overrideByName(name, [fixed(color)]);
  return panel.overrideByName(spec.offsetField, [
    fixed('transparent'),
    { id: 'custom.fillOpacity', value: 0 },
    { id: 'custom.hideFrom', value: { legend: true, tooltip: true, viz: false } },
  ]);
}

function fixed(fixedColor: string) {
  return { id: 'color', value: { mode: 'fixed', fixedColor } };
}

/** Names with their last and greatest value. */
function legendBelow(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.Table)
    .placement(LegendPlacement.Bottom)
    .calcs(['lastNotNull', 'max'])
    .showLegend(true);
}
