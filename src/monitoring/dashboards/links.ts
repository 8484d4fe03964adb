import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** Link to the CI run, by a URL in the data. */
export function runLinkOf(url: string): Builder<DashboardLink> {
  return new DashboardLinkBuilder('CI run').url(url).targetBlank(true);
}

/** Links to the other dashboards, with range and variables. They are found by their tag, so no ID is needed. */
export function toTheOthers(): Builder<DashboardLink> {
  return new DashboardLinkBuilder('deploytrack')
    .type(DashboardLinkType.Dashboards)
    .icon('external link')
    .tags(['deploytrack'])
    .asDropdown(false)
    .includeVars(true)
    .keepTime(true);
}
