import { isoTime } from '../model.ts';
import { csv } from '../report/csv.ts';
import { asciiJson } from '../report/json.ts';
import { columnsMarkdown } from '../report/markdown.ts';
import { statusStyle } from '../report/terminal/status.ts';
import { table } from '../report/terminal/table.ts';
import type { Cell, Column } from '../report/terminal/tableColumn.ts';
import { type Format, plainPaint, type View } from '../report/terminal/view.ts';
import { formatAgo, formatTime } from '../text/figures.ts';
import type { FleetHost } from './fleetHost.ts';

/** The hosts of a fleet as text that ends with a newline. */
export function formatFleet(hosts: readonly FleetHost[], view: View & { readonly format: Format }): string {
  const plain = { ...view, width: undefined, local: false, ascii: false, paint: plainPaint };
  switch (view.format) {
    case 'json':
      return `${asciiJson(hosts.map(hostJson), { pretty: true })}\n`;
    case 'csv':
      return csv(
        keys,
        hosts.map((one) => Object.values(hostJson(one))),
      );
    case 'markdown':
      return columnsMarkdown(columnsOf(hosts, plain));
    case 'table':
      if (hosts.length === 0 && view.width !== undefined) return 'No hosts.\n';
      return `${table(columnsOf(hosts, view), view).join('\n')}\n`;
  }
}

const time = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

function hostJson(one: FleetHost) {
  return {
    host: one.host,
    deployment: one.deployment,
    environment: one.environment,
    version: one.version,
    since: time(one.sinceMs),
    behind: one.behind,
    healthy: one.healthy,
    last_deployment_id: one.lastId,
    last_version: one.lastVersion,
    last_status: one.lastStatus,
    last_started_at: time(one.lastStartedMs),
    seen_at: time(one.seenMs),
  };
}

/** The columns of CSV, also without a host. */
const keys = Object.keys(
  hostJson({
    host: '',
    deployment: '',
    environment: '',
    version: null,
    sinceMs: null,
    behind: null,
    healthy: null,
    lastId: '',
    lastVersion: '',
    lastStatus: '',
    lastStartedMs: 0,
    seenMs: 0,
  }),
);

function columnsOf(hosts: readonly FleetHost[], view: View): Column[] {
  const cells = (cell: (one: FleetHost) => Cell): Cell[] => hosts.map(cell);
  const text = (of: (one: FleetHost) => string): Cell[] => cells((one) => ({ text: of(one) }));
  return [
    { title: 'HOST', rank: 1, least: 10, cells: text(({ host }) => host) },
    { title: 'DEPLOYMENT', rank: 6, least: 8, cells: text(({ deployment }) => deployment) },
    { title: 'ENVIRONMENT', rank: 8, least: 8, cells: text(({ environment }) => environment) },
    { title: 'VERSION', rank: 2, least: 10, cells: text(({ version }) => version ?? '') },
    { title: 'BEHIND', rank: 3, align: 'right', cells: cells(behindCell) },
    { title: 'SINCE', rank: 5, cells: cells(({ sinceMs }) => timeCell(sinceMs, view)) },
    { title: 'LAST', rank: 4, cells: cells(lastCell) },
    { title: 'HEALTHY', rank: 7, cells: cells(healthyCell) },
    { title: 'HEARD', rank: 9, cells: cells(({ seenMs }) => timeCell(seenMs, view)) },
  ];
}

function timeCell(ms: number | null, view: View): Cell {
  if (ms === null) return { text: '' };
  const at = isoTime(ms);
  const ago = view.local ? formatAgo(at, view) : '';
  return { text: ago === '' ? formatTime(at, view) : ago };
}

function behindCell({ behind }: FleetHost): Cell {
  if (behind === null) return { text: '' };
  return { text: String(behind), style: behind === 0 ? 'dim' : 'warn' };
}

/** The usual case is quiet. */
function lastCell(one: FleetHost): Cell {
  const { lastStatus, lastVersion, version } = one;
  const text = lastVersion === version ? lastStatus : `${lastStatus} ${lastVersion}`;
  if (wasRolledBack(one))
    return { text: `${text}, rolled back to ${version}`, short: `${lastVersion} rolled back`, style: 'warn' };
  return { text, style: lastStatus === 'success' ? 'dim' : statusStyle(lastStatus as 'failed') };
}

/** Another version than that of the last deployment came into service after it had begun. */
function wasRolledBack({ lastStatus, lastVersion, lastStartedMs, version, sinceMs }: FleetHost): boolean {
  const isOver = lastStatus !== 'in-progress';
  return isOver && version !== null && version !== lastVersion && (sinceMs ?? 0) > lastStartedMs;
}

function healthyCell({ healthy }: FleetHost): Cell {
  if (healthy === null) return { text: '' };
  return healthy ? { text: 'yes', style: 'dim' } : { text: 'no', style: 'bad' };
}
