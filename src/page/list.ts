import type { Overview, Page, Row } from './answers.ts';
import { type Child, el, table } from './dom.ts';
import { link } from './overview.ts';
import { local, seconds, statusClass, statusWords } from './words.ts';

/** What the table is narrowed to, by the names of the server's parameters. */
export type Filters = Readonly<Record<string, string>>;

export interface List {
  readonly page: Page;
  readonly sites: Overview['sites'];
  readonly filters: Filters;
  /** A report holds one list, which nothing narrows. */
  readonly isLive: boolean;
  readonly onFilter: (filters: Filters) => void;
  readonly onMore: () => void;
}

/** The last deployments, with filters above and a way to compare two of them. */
export function list({ page, sites, filters, isLive, onFilter, onMore }: List): HTMLElement[] {
  const chosen = new Set<string>();
  const go = el('button', { type: 'button', disabled: '' }, 'Compare the two that are ticked');
  go.addEventListener('click', () => {
    const [newer = '', older = ''] = page.rows.flatMap(({ deployment_id: id }) =>
      id !== null && chosen.has(id) ? [id] : [],
    );
    location.hash = `#/c/${encodeURIComponent(older)}/${encodeURIComponent(newer)}`;
  });
  const tick = (row: Row): Child => {
    const { deployment_id: id } = row;
    if (id === null) return null;
    const box = el('input', {
      type: 'checkbox',
      'aria-label': `compare ${row.version} of ${local(row.deployment_started_at)}`,
    });
    box.addEventListener('change', () => {
      if (box.checked) chosen.add(id);
      else chosen.delete(id);
      go.toggleAttribute('disabled', chosen.size !== 2);
    });
    return box;
  };
  const more = el('button', { type: 'button' }, 'Older ones');
  more.addEventListener('click', onMore);
  return [
    el('h2', {}, 'Deployments'),
    ...(isLive ? [filterBar({ sites, filters, onFilter })] : []),
    table(`${page.rows.length} deployments, the newest first`, {
      head: ['', 'Version', 'Deployment', 'Status', 'Started', 'Took', 'Downtime', 'Health', 'Error'],
      numbers: [5, 6],
      whole: [3, 4, 7],
      rows: page.rows.map((row) => [tick(row), ...cells(row)]),
    }),
    el('p', {}, go, ' ', page.next === null || !isLive ? null : more),
  ];
}

function cells(row: Row): Child[] {
  const health = row.health_check_success;
  return [
    link(row.deployment_id, row.version),
    [row.deployment, row.environment].filter((part) => part !== null).join(' / '),
    el(
      'span',
      { class: statusClass[row.status] ?? '' },
      `${statusWords(row.status)}${row.rolled_back ? ', rolled back' : ''}`,
    ),
    local(row.deployment_started_at),
    seconds(row.total_duration),
    seconds(row.downtime_duration),
    health === null ? '–' : health ? '✓ passed' : '✗ not passed',
    row.error_message ?? '',
  ];
}

function filterBar({ sites, filters, onFilter }: Pick<List, 'sites' | 'filters' | 'onFilter'>): HTMLElement {
  const names = (name: 'deployment' | 'environment') => [...new Set(sites.map((site) => site[name]))];
  const changed = (name: string, value: string) => onFilter({ ...filters, [name]: value });
  const choice = (name: string, label: string, values: readonly string[]) => {
    const select = el('select', { 'data-filter': name }, el('option', { value: '' }, 'all'));
    for (const value of values) select.append(el('option', { value }, value));
    select.value = filters[name] ?? '';
    select.addEventListener('change', () => changed(name, select.value));
    return el('label', {}, label, select);
  };
  const input = (name: string, label: string, type: string) => {
    const field = el('input', { type, 'data-filter': name });
    field.value = filters[name] ?? '';
    field.addEventListener('change', () => changed(name, field.value));
    return el('label', {}, label, field);
  };
  return el(
    'div',
    { class: 'filters', role: 'search', 'aria-label': 'Deployments' },
    choice('deployment', 'Deployment', names('deployment')),
    choice('environment', 'Environment', names('environment')),
    input('version', 'Version', 'text'),
    choice('status', 'Status', ['success', 'warning', 'failed', 'in-progress']),
    input('since', 'Since', 'date'),
    input('until', 'Until', 'date'),
  );
}
