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
import { toTheOthers, uidOf } from './links.ts';
import { datasourceVariable } from './variables.ts';

export interface BoardSpec {
  /** Its address in every Grafana is `/d/deploytrack-<name>`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly Builder<VariableModel>[];
  readonly refresh: '10s' | '1m';
  /** The time range when it is opened: `7d`. */
  readonly range: string;
  readonly rows: readonly Row[];
}

export interface Row {
  /** Heading of the row; optional. */
  readonly title?: string;
  /** Placed side by side, 24 columns per line. */
  readonly panels: readonly Builder<Panel>[];
}

/** The version of Grafana 11; newer ones migrate it. */
const schemaVersion = 39;

/** A dashboard for any Grafana: with a fixed `uid`, without other IDs, and with a variable as its data source. */
export function board(spec: BoardSpec): Dashboard {
  const builder = new DashboardBuilder(spec.title)
    .uid(uidOf(spec.name))
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
