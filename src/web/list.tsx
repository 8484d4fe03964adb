/// <reference lib="dom" />
import type { ComponentChild, VNode } from 'preact';
import type { DeploymentPage, Overview } from '../server/api.ts';
import { counted } from '../text/counted.ts';
import { compareAddress } from './address.ts';
import { FilterBar } from './filters.tsx';
import { local, outcomeText, seconds, statusClass } from './format.ts';
import type { ListState } from './listState.ts';
import { DeploymentLink } from './overview.tsx';
import { Table } from './table.tsx';

type Row = DeploymentPage['rows'][number];

/** The last deployments, with filters and a button to compare two of them. A report has one list without filters. */
export function List({
  page: { rows, next },
  sites,
  isLive,
  state,
}: {
  readonly page: DeploymentPage;
  readonly sites: Overview['sites'];
  readonly isLive: boolean;
  readonly state: ListState;
}): VNode {
  return (
    <>
      <h2>Deployments</h2>
      {isLive && <FilterBar sites={sites} state={state} />}
      <Table
        caption={`${counted(rows.length, 'deployment')}, newest first`}
        head={['', 'Version', 'Deployment', 'Status', 'Started', 'Duration', 'Downtime', 'Health', 'Error']}
        numbers={[5, 6]}
        whole={[3, 4, 7]}
        rows={rows.map((row, index) => ({
          key: row.deployment_id ?? `${row.deployment_started_at} ${index}`,
          cells: [<Tick row={row} state={state} />, ...cells(row)],
        }))}
      />
      <p>
        <CompareButton rows={rows} ticked={state.ticked} />{' '}
        {next !== null && isLive && (
          <button type="button" onClick={() => state.older(next)}>
            Older deployments
          </button>
        )}
      </p>
    </>
  );
}

function Tick({ row, state }: { readonly row: Row; readonly state: ListState }): VNode | null {
  const { deployment_id: id } = row;
  if (id === null) return null;
  return (
    <input
      type="checkbox"
      aria-label={`select ${row.version} of ${local(row.deployment_started_at)} to compare`}
      checked={state.ticked.has(id)}
      onChange={({ currentTarget }) => state.tick(id, currentTarget.checked)}
    />
  );
}

/** Counts only selected rows that are visible. */
function CompareButton({
  rows,
  ticked,
}: {
  readonly rows: readonly Row[];
  readonly ticked: ReadonlySet<string>;
}): VNode {
  const ids = rows.flatMap(({ deployment_id: id }) => (id !== null && ticked.has(id) ? [id] : []));
  const compare = (): void => {
    const [newer = '', older = ''] = ids;
    location.hash = compareAddress({ older, newer });
  };
  return (
    <button type="button" disabled={ids.length !== 2} onClick={compare}>
      Compare two selected deployments
    </button>
  );
}

function cells(row: Row): ComponentChild[] {
  const health = row.health_check_success;
  return [
    <DeploymentLink id={row.deployment_id} text={row.version} />,
    [row.deployment, row.environment].filter((part) => part !== null).join(' / '),
    <span class={statusClass[row.status] ?? ''}>{outcomeText(row)}</span>,
    local(row.deployment_started_at),
    seconds(row.total_duration),
    seconds(row.downtime_duration),
    health === null ? '–' : health ? '✓ passed' : '✗ failed',
    row.error_message ?? '',
  ];
}
