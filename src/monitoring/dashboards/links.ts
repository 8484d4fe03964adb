import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** The same in every Grafana, so that links and bookmarks work everywhere. */
export function uidOf(name: string): string {
  return `deploytrack-${name}`;
}

/** From the ID of a deployment to its dashboard, with the range and, among dashboards on metrics, the data source. */
export function troubleshootingLink({ from }: { from: 'metrics' | 'rows' }): Builder<DashboardLink> {
  const parts = [
    'var-deployment_id=$' + '{__value.raw}',
    ...(from === 'metrics' ? ['$' + '{datasource:queryparam}'] : []),
    '$' + '{__url_time_range}',
  ];
  return new DashboardLinkBuilder('Troubleshooting').url(`/d/${uidOf('troubleshooting')}?${parts.join('&')}`);
}

/** To the address in the cell. A cell without an address is empty, so it has nothing to click. */
export function addressLink(title: string): Builder<DashboardLink> {
  return new DashboardLinkBuilder(title).url('$' + '{__value.raw}').targetBlank(true);
}

/** Links to the other dashboards, with range and variables. */
export function toTheOthers(): Builder<DashboardLink> {
  return new DashboardLinkBuilder('deploytrack')
    .type(DashboardLinkType.Dashboards)
    .icon('external link')
    .tags(['deploytrack'])
    .asDropdown(false)
    .includeVars(true)
    .keepTime(true);
}
