import type { ComponentChild, VNode } from 'preact';
import type { Deployment } from '../server/api.ts';
import { compareAddress } from './address.ts';
import { bytes, moment, seconds, statusClass, statusText } from './format.ts';
import { Table } from './table.tsx';
import { Waterfall } from './waterfall.tsx';

/** One deployment: facts, error, waterfall with attempts, changes, and links to comparisons. */
export function Detail({ one, now }: { readonly one: Deployment; readonly now: Date }): VNode {
  return (
    <>
      <p>
        <a href="#/">← all deployments</a>
      </p>
      <h2>{`${one.deployment ?? ''} ${one.environment ?? ''}: ${one.version}`}</h2>
      <Facts one={one} now={now} />
      <Failure {...one} />
      <Waterfall one={one} now={now} />
      <Changes {...one} />
      <OtherFacts {...one} />
      <Comparisons {...one} />
    </>
  );
}

function Facts({ one, now }: { readonly one: Deployment; readonly now: Date }): VNode {
  const shown = factsOf(one, now).filter(([, value]) => value !== null && value !== '');
  return <dl>{shown.flatMap(([name, value]) => [<dt>{name}</dt>, <dd>{value}</dd>])}</dl>;
}

function factsOf(one: Deployment, now: Date): [string, ComponentChild][] {
  const rolled = one.rolled_back
    ? `yes, to ${one.rolled_back_to ?? 'the previous version'}: ${one.rollbacks[0]?.reason || 'no reason given'}`
    : null;
  const verification = one.health_verifications.at(-1);
  return [
    ['Status', <span class={statusClass[one.status] ?? ''}>{statusText(one.status)}</span>],
    ['ID', one.deployment_id],
    ['Replaced', one.previous_version],
    ['Started', moment(one.deployment_started_at, now)],
    ['Duration', one.total_duration === null ? null : seconds(one.total_duration)],
    ['Downtime', one.downtime_duration === null ? null : seconds(one.downtime_duration)],
    ['Time to healthy', one.time_to_healthy === null ? null : seconds(Number(one.time_to_healthy))],
    [
      'Health',
      verification === undefined
        ? 'not checked'
        : `${verification.success ? '✓ passed' : '✗ failed'} after ${verification.attempts} attempts`,
    ],
    ['Outcome', one.outcome],
    ['Rolled back', rolled],
    ['Host', one.hostname],
    ['Triggered by', [one.triggered_by, one.deployment_method].filter((part) => part !== null).join(', ')],
    ['Commit', one.commit_sha],
    ['CI run', one.url === null ? null : address(one.url)],
    [
      'Resources',
      one.cpu_seconds === null && one.memory_bytes === null
        ? null
        : `${seconds(one.cpu_seconds)} of CPU, ${bytes(one.memory_bytes)} of memory`,
    ],
    ['Notes', one.notes],
  ];
}

/** Only http and https URLs become links. */
function address(url: string): ComponentChild {
  if (!/^https?:\/\//i.test(url)) return url;
  return (
    <a href={url} rel="noreferrer noopener">
      {url}
    </a>
  );
}

function Failure({ failure }: Deployment): VNode | null {
  if (failure === null) return null;
  return (
    <>
      <h2 class={failure.kind === 'failed' ? 'bad' : 'warn'}>{failure.title}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by keyboard */}
      <pre tabIndex={0}>{failure.why ?? 'no error was recorded'}</pre>
    </>
  );
}

function Changes({ changes }: Deployment): VNode | null {
  if (changes === null || changes.length === 0) return null;
  const rows = changes.map(({ kind, name, before, after }) => ({
    cells: [kind, name, before ?? 'new', after ?? 'removed'],
  }));
  return (
    <>
      <h2>Changes since the previous deployment</h2>
      <Table caption="Files and packages" head={['Kind', 'Name', 'Before', 'After']} rows={rows} />
    </>
  );
}

function OtherFacts({ facts }: Deployment): VNode | null {
  if (facts.length === 0) return null;
  const rows = facts.map(({ fact, value, source }) => ({ cells: [fact, value, source] }));
  return <Table caption="Other facts, with their source" head={['Fact', 'Value', 'Source']} rows={rows} />;
}

function Comparisons({ deployment_id: id, before, rolled_back_by: by }: Deployment): VNode {
  return (
    <p>
      {id !== null && before !== null && (
        <a href={compareAddress({ older: before, newer: id })}>Compare with the previous one</a>
      )}{' '}
      {id !== null && by !== null && (
        <a href={compareAddress({ older: id, newer: by })}>Before and after the rollback</a>
      )}
    </p>
  );
}
