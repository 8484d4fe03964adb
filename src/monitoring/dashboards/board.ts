import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type Panel,
  RowBuilder,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { annotations } from './annotations.ts';
import { toTheOthers } from './links.ts';
import { datasourceVariable } from './variables.ts';

export interface BoardSpec {
  readonly title: string;
  readonly description: string;
  readonly variables: readonly Builder<VariableModel>[];
  readonly refresh: '10s' | '1m';
  /** How far back it looks when opened: `7d`. */
  readonly range: string;
  readonly rows: readonly Row[];
}

export interface Row {
  /** A heading of its own; none where the panels need none. */
  readonly title?: string;
  /** Side by side, 24 columns a line. */
  readonly panels: readonly Builder<Panel>[];
}

/** Grafana 11 reads it, and everything newer migrates it. */
const schemaVersion = 39;

/** A whole dashboard that knows no Grafana: no ids, and its data source is a variable. */
export function board(spec: BoardSpec): Dashboard {
  const builder = new DashboardBuilder(spec.title)
    .description(spec.description)
    .tags(['deploytrack'])
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh(spec.refresh)
    .time({ from: `now-${spec.range}`, to: 'now' })
    .readonly()
    .link(toTheOthers())
    .variables([datasourceVariable(), ...spec.variables]);
  for (const row of spec.rows) {
    if (row.title !== undefined) builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panel);
  }
  const built = builder.build();
  return {
    ...built,
    schemaVersion,
    annotations: { list: annotations() },
    panels: (built.panels ?? []).map(({ id: _ownOfGrafana, ...panel }) => panel as Panel),
  };
}
