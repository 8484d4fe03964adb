import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** To the run of the CI, by an address that the data has. */
export function runLinkOf(url: string): Builder<DashboardLink> {
  return new DashboardLinkBuilder('CI run').url(url).targetBlank(true);
}

/** To the other dashboards, with range and variables; found by their tag, so that no id is needed. */
export function toTheOthers(): Builder<DashboardLink> {
  return new DashboardLinkBuilder('deploytrack')
    .type(DashboardLinkType.Dashboards)
    .icon('external link')
    .tags(['deploytrack'])
    .asDropdown(false)
    .includeVars(true)
    .keepTime(true);
}
