import type { VNode } from 'preact';
import type { ListRow } from '../server/api.ts';
import { formatChange } from '../text/figures.ts';
import { deploymentAddress, goOn, type Query } from './address.ts';
import { useNow } from './clock.ts';
import { elapsed, local, seconds } from './format.ts';
import { Chip, Sign } from './parts.tsx';
import { PhaseStrip } from './phaseStrip.tsx';
import { withPick } from './pick.ts';
import { Ago } from './time.tsx';

/** One deployment. */
export function Row({
  row,
  query,
  stages,
  longest,
  hasNames,
  isPicked,
}: {
  readonly row: ListRow;
  readonly query: Query;
  readonly stages: readonly string[];
  readonly longest: number;
  readonly hasNames: boolean;
  readonly isPicked: boolean;
}): VNode {
  const { deployment_id: id, total_duration: total } = row;
  return (
    <tr data-id={id ?? ''} data-status={row.status} class={hasErrorLine(row) ? 'with-error' : ''}>
      <Tick row={row} query={query} isPicked={isPicked} />
      <Version {...row} />
      <td class="site" title={`${row.deployment ?? ''} ${row.environment ?? ''}`}>
        {hasNames && row.deployment !== null && <span class="name">{row.deployment} </span>}
        <Chip text={row.environment} />
      </td>
      <td class="phases">
        <PhaseStrip row={row} stages={stages} longest={longest} />
      </td>
      <td class="number took">
        {row.status === 'in-progress' ? <Since iso={row.deployment_started_at} /> : seconds(total)}
      </td>
      <td class="number usual">
        <Versus took={total} usual={row.usual} status={row.status} />
      </td>
      <td class="number downtime">{seconds(row.downtime_duration)}</td>
      <td class="by">{row.triggered_by}</td>
      <td class="host">{row.hostname}</td>
      <td class="number when">
        <Ago iso={row.deployment_started_at} />
      </td>
    </tr>
  );
}

function Tick({
  row: { deployment_id: id, version, deployment_started_at: at },
  query,
  isPicked,
}: {
  readonly row: ListRow;
  readonly query: Query;
  readonly isPicked: boolean;
}): VNode {
  const pick = (checked: boolean): void => {
    if (id === null) return;
    const shown = { kind: 'list', ids: [], query } as const;
    goOn(shown, (asked) => withPick(asked, { id, isPicked: checked }), { replace: true });
  };
  return (
    <td class="tick">
      {id !== null && (
        <label class="box">
          <input
            type="checkbox"
            aria-label={`select ${version} of ${local(at)} to compare`}
            checked={isPicked}
            onChange={({ currentTarget }) => pick(currentTarget.checked)}
          />
        </label>
      )}
    </td>
  );
}

function Version({ status, deployment_id: id, version, previous_version: before }: ListRow): VNode {
  return (
    <td class="version" title={version}>
      <Sign status={status} />{' '}
      {id === null ? (
        <span>{version}</span>
      ) : (
        <a data-open href={deploymentAddress(id)}>
          {version}
        </a>
      )}
      {before !== null && <span class="quiet before">{` ← ${before}`}</span>}
    </td>
  );
}

function Since({ iso }: { readonly iso: string }): VNode {
  const now = useNow(1000);
  return <span class="run">{elapsed((now.getTime() - Date.parse(iso)) / 1000)}</span>;
}

/** Marked from a third more on. */
const notable = 1.33;

function Versus({
  took,
  usual,
  status,
}: {
  readonly took: number | null;
  readonly usual: number | null;
  readonly status: string;
}): VNode | null {
  if (took === null || usual === null || usual === 0 || status === 'in-progress') return null;
  const isSlow = took / usual >= notable && took - usual >= 1;
  return (
    <span class={isSlow ? 'warn' : 'quiet'} title={`usually ${seconds(usual)}`}>
      {formatChange(took, usual)}
    </span>
  );
}

function hasErrorLine({ error_message: error, rolled_back: rolledBack }: ListRow): boolean {
  return (error !== null && error !== '') || rolledBack;
}

/** Why it failed and what became of it, in a line of its own. */
export function ErrorLine({ row }: { readonly row: ListRow }): VNode | null {
  if (!hasErrorLine(row)) return null;
  const { error_message: error, status } = row;
  return (
    <tr class="error" data-of={row.deployment_id ?? ''}>
      <td class="tick" />
      <td colSpan={9}>
        <span class="reason" title={error ?? ''}>
          {row.rolled_back && (
            <span class="pill">{`↩ rolled back to ${row.rolled_back_to ?? 'the previous version'}`}</span>
          )}{' '}
          {error !== null && <span class={status === 'failed' ? 'bad' : 'warn'}>{error}</span>}
        </span>
      </td>
    </tr>
  );
}
