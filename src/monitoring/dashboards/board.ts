import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type AnnotationQuery,
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
  readonly refresh: '10s' | '1m' | '5m';
  /** The time range when it is opened: `7d`. */
  readonly range: string;
  readonly rows: readonly Row[];
  /** The metrics, by default. */
  readonly source?: Source;
}

/** The variable that selects the data source, and the annotations from there. */
export interface Source {
  readonly variable: Builder<VariableModel>;
  readonly annotations: readonly AnnotationQuery[];
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
  const { variable, annotations: marks } = spec.source ?? {
    variable: datasourceVariable(),
    annotations: annotations(),
  };
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
    .variables([variable, ...spec.variables]);
  for (const row of spec.rows) {
    if (row.title !== undefined) builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panel);
  }
  const built = builder.build();
  return {
    ...built,
    schemaVersion,
    annotations: { list: [...marks] },
    panels: (built.panels ?? []).map(({ id: _ownOfGrafana, ...panel }) => panel as Panel),
  };
}
