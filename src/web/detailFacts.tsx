import type { ComponentChild, VNode } from 'preact';
import type { Deployment } from '../server/api.ts';
import { deploymentAddress } from './address.ts';
import { useNow } from './clock.ts';
import { bytes, elapsed, percent, plural, seconds } from './format.ts';
import { Ago, Moment } from './time.tsx';

type Fact = readonly [name: string, value: ComponentChild];

/** What is known of a deployment; what was not recorded is left out. */
export function DetailFacts({ one }: { readonly one: Deployment }): VNode {
  const facts = [...outcomeFacts(one), ...sourceFacts(one), ...costFacts(one)].filter(
    ([, value]) => value !== null && value !== '',
  );
  return (
    <dl class="facts-grid">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function outcomeFacts(one: Deployment): Fact[] {
  const [rollback] = one.rollbacks;
  const check = one.health_verifications
    .filter(({ of_rollback: ofRollback, judged }) => !ofRollback && judged !== 'no')
    .at(-1);
  const healthy = one.time_to_healthy === null ? null : seconds(Number(one.time_to_healthy));
  return [
    [
      'Took',
      one.total_duration === null ? (
        <Running one={one} />
      ) : (
        <Took took={one.total_duration} usual={one.usual} />
      ),
    ],
    [
      'Downtime',
      one.downtime_duration === null
        ? null
        : `${seconds(one.downtime_duration)}${one.downtime_open ? ', not over at the end' : ''}`,
    ],
    ['Time to healthy', healthy],
    [
      'Health',
      check === undefined
        ? 'not checked'
        : `${check.success ? '✓ passed' : '✗ failed'} after ${plural(check.attempts, 'attempt')}`,
    ],
    [
      'Rolled back',
      one.rolled_back
        ? `to ${one.rolled_back_to ?? 'the previous version'}: ${rollback?.reason || 'no reason given'}`
        : null,
    ],
    ['Started', <StartedAt iso={one.deployment_started_at} />],
  ];
}

function sourceFacts(one: Deployment): Fact[] {
  const { commit_sha: commit, commit_before: before } = one;
  const range = commit !== null && before !== null && before !== commit;
  return [
    ['By', [one.triggered_by, one.deployment_method].filter((part) => part !== null).join(' via ')],
    ['Host', [one.hostname, one.os_version].filter((part) => part !== null).join(', ')],
    ['Service', one.service],
    ['Python', one.python_version],
    [
      'Hardware',
      one.host === null
        ? null
        : [
            one.host.cpu,
            one.host.cores === null ? null : `${one.host.cores} cores`,
            one.host.memory_bytes === null ? null : bytes(one.host.memory_bytes),
          ]
            .filter((part) => part !== null)
            .join(', '),
    ],
    [
      'Commit',
      commit === null ? null : (
        <code title={commit}>{range ? `${short(before)}..${short(commit)}` : short(commit)}</code>
      ),
    ],
    ['CI run', one.url === null ? null : <Address url={one.url} />],
    ['Rollback of', one.rollback_of === null ? null : <RollbackOf id={one.rollback_of} />],
    ['Notes', one.notes],
    ['ID', one.deployment_id === null ? null : <code>{one.deployment_id}</code>],
  ];
}

function costFacts(one: Deployment): Fact[] {
  const usd = one.costs.reduce((sum, cost) => sum + cost.usd, 0);
  const resources = one.costs.map(({ resource }) => resource).join(', ');
  const migrations = one.phases.reduce((sum, { migration_count: value }) => sum + (value ?? 0), 0);
  const rate = one.error_rates.at(-1);
  const used = [
    one.cpu_seconds === null ? null : `${seconds(one.cpu_seconds)} of CPU`,
    one.memory_bytes === null ? null : `${bytes(one.memory_bytes)} of memory`,
  ].filter((part) => part !== null);
  return [
    [
      'Artifact',
      one.artifact_bytes === null
        ? null
        : `${bytes(one.artifact_bytes)}${one.download_seconds === null ? '' : `, downloaded in ${seconds(one.download_seconds)}`}`,
    ],
    ['Migrations', migrations === 0 ? null : String(migrations)],
    ['Database', one.database_bytes === null ? null : bytes(one.database_bytes)],
    ['Cost', one.costs.length === 0 ? null : `$${usd.toFixed(2)} (${resources})`],
    ['Error rate after', rate === undefined ? null : `${percent(rate.error_rate)} of ${rate.service}`],
    ['Resources', used.join(', ')],
    ['Load of the host', one.host_load === null ? null : percent(one.host_load)],
  ];
}

function Took({ took, usual }: { readonly took: number; readonly usual: number | null }): VNode {
  return (
    <>
      {seconds(took)}
      {usual !== null && <span class="quiet">{` (usually ${seconds(usual)})`}</span>}
    </>
  );
}

function Running({ one }: { readonly one: Deployment }): VNode {
  const now = useNow(1000);
  const took = (now.getTime() - Date.parse(one.deployment_started_at)) / 1000;
  return (
    <span class="run" data-elapsed>
      {one.usual === null ? `${elapsed(took)}, running` : `${elapsed(took)} of about ${elapsed(one.usual)}`}
    </span>
  );
}

function StartedAt({ iso }: { readonly iso: string }): VNode {
  return (
    <>
      <Moment iso={iso} /> (<Ago iso={iso} />)
    </>
  );
}

function short(commit: string): string {
  return /^[0-9a-f]{12,}$/i.test(commit) ? commit.slice(0, 9) : commit;
}

/** Only http and https URLs become links. */
function Address({ url }: { readonly url: string }): ComponentChild {
  if (!/^https?:\/\//i.test(url)) return <>{url}</>;
  return (
    <a href={url} rel="noreferrer noopener">
      {url}
    </a>
  );
}

function RollbackOf({ id }: { readonly id: string }): VNode {
  return (
    <a href={deploymentAddress(id)}>
      <code>{id}</code>
    </a>
  );
}
