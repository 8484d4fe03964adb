import type { DeploymentRecord } from '../ledger/read/record.ts';
import { formatAgo, formatSeconds, formatTime } from '../text/figures.ts';
import { toSecond } from './markdown.ts';
import { statusGlyph, statusStyle } from './terminal/status.ts';
import type { Cell, Column } from './terminal/tableColumn.ts';
import { glyphsOf, type View } from './terminal/view.ts';
import { shortened } from './terminal/width.ts';

/** The columns of `history` in order, with the host if there are several; the ranks decide which of them a narrow terminal shows. */
export function historyColumns(deployments: readonly DeploymentRecord[], view: View): Column[] {
  const cells = (cell: (one: DeploymentRecord) => Cell): Cell[] => deployments.map(cell);
  // In a pipe the word says it, and columns keep their places.
  const signs: Column = { title: '', rank: 0, cells: cells((one) => signCell(one, view)) };
  // The last one, so that a script finds the others in their places.
  const hosts: Column = {
    ...{ title: 'HOST', rank: 5.5, least: 10 },
    cells: cells(({ hostname }) => ({ text: hostname ?? '' })),
  };
  return [
    ...(view.width === undefined ? [] : [signs]),
    { title: 'STARTED', rank: 2, cells: cells((one) => startedCell(one, view)) },
    { title: 'DEPLOYMENT', rank: 6, least: 8, cells: cells((one) => ({ text: one.deployment ?? '' })) },
    { title: 'ENVIRONMENT', rank: 10, least: 8, cells: cells((one) => ({ text: one.environment ?? '' })) },
    { title: 'VERSION', rank: 3, least: 10, cells: cells((one) => versionCell(one, view)) },
    { title: 'STATUS', rank: 1, cells: cells(statusCell) },
    { title: 'TOTAL', rank: 4, align: 'right', cells: cells((one) => totalCell(one, view)) },
    { title: 'DOWNTIME', rank: 7, align: 'right', cells: cells(downtimeCell) },
    { title: 'HEALTHY', rank: 8, cells: cells(healthyCell) },
    { title: 'ROLLED BACK', rank: 9, least: 11, cells: cells(rolledBackCell) },
    { title: 'ID', rank: 5, most: 64, cells: cells(idCell) },
    { title: 'ERROR', rank: 11, most: 60, least: 16, cells: cells(errorCell) },
    { title: 'OUTCOME', rank: 12, least: 8, cells: cells((one) => ({ text: one.outcome ?? '' })) },
    ...(hasSeveralHosts(deployments) ? [hosts] : []),
  ];
}

function hasSeveralHosts(deployments: readonly DeploymentRecord[]): boolean {
  return new Set(deployments.map(({ hostname }) => hostname)).size > 1;
}

function startedCell(one: DeploymentRecord, view: View): Cell {
  const absolute = formatTime(one.startedAt, view);
  if (!view.local) return { text: absolute, summary: toSecond(absolute) };
  const ago = formatAgo(one.startedAt, view);
  return { text: ago === '' ? absolute : `${absolute} (${ago})`, short: ago === '' ? absolute : ago };
}

/** Limit for each version, so that both remain visible. */
const mostOfOneVersion = 18;

function versionCell(one: DeploymentRecord, view: View): Cell {
  const most = view.width === undefined ? undefined : mostOfOneVersion;
  if (one.previousVersion === null)
    return { text: shortened(one.version, { ...view, most: most && 2 * most }) };
  const [from, to] = [one.previousVersion, one.version].map((version) =>
    shortened(version, { ...view, most }),
  );
  return { text: `${from} ${glyphsOf(view).arrow} ${to}`, short: to ?? '' };
}

function signCell(one: DeploymentRecord, view: View): Cell {
  return { text: statusGlyph(one.status, glyphsOf(view)), style: statusStyle(one.status) };
}

/** The usual case is quiet, so that a failure is seen. */
function statusCell(one: DeploymentRecord): Cell {
  return { text: one.status, style: one.status === 'success' ? 'dim' : statusStyle(one.status) };
}

function totalCell(one: DeploymentRecord, view: View): Cell {
  if (one.totalSeconds !== null) return { text: formatSeconds(one.totalSeconds) };
  if (one.status !== 'in-progress' || !view.local) return { text: '' };
  return {
    text: formatSeconds(Math.max(0, (view.nowMs - Date.parse(one.startedAt)) / 1000)),
    style: 'running',
  };
}

function downtimeCell(one: DeploymentRecord): Cell {
  if (one.downtimeSeconds === null) return { text: '' };
  const seconds = formatSeconds(one.downtimeSeconds);
  return one.downtimeOpen ? { text: `${seconds}+`, style: 'bad' } : { text: seconds };
}

function healthyCell(one: DeploymentRecord): Cell {
  if (one.healthy === null) return { text: '' };
  return one.healthy ? { text: 'yes', style: 'dim' } : { text: 'no', style: 'bad' };
}

function rolledBackCell(one: DeploymentRecord): Cell {
  if (!one.rolledBack) return { text: '' };
  return { text: one.rolledBackTo === null ? 'yes' : `to ${one.rolledBackTo}`, short: 'yes', style: 'warn' };
}

/** `show` accepts the tail of an ID if it is unique. */
function idCell(one: DeploymentRecord): Cell {
  const id = one.id ?? '';
  const tail = /^\d{8}T\d{6}Z-([0-9a-f]{8})$/.exec(id)?.[1];
  return {
    text: id,
    style: 'dim',
    summary: tail ?? id,
    link: one.url,
    ...(tail === undefined ? {} : { short: tail }),
  };
}

function errorCell(one: DeploymentRecord): Cell {
  return { text: one.errorMessage ?? '', style: one.status === 'failed' ? 'bad' : undefined };
}
