import type { VNode } from 'preact';
import type { RolloutJson, RolloutPage } from '../server/fleetApi.ts';
import { deploymentAddress, fleetAddress } from './address.ts';
import { CopyLink } from './copyLink.tsx';
import { count, plural, seconds } from './format.ts';
import { Chip, DeploymentLink, Facts, Sign } from './parts.tsx';
import { ProgressBar, progressText } from './progressBar.tsx';
import { tookText } from './rollouts.tsx';
import { wordOf } from './status.ts';
import { Table } from './table.tsx';
import { Ago, Moment } from './time.tsx';

/** Deployments of one version over many hosts as one thing: progress, failures, the slowest. */
export function Rollout({
  rollout,
  hosts,
  more,
  waiting,
  more_waiting: moreWaiting,
  phases,
  say,
}: RolloutPage & { readonly say: (text: string) => void }): VNode {
  const { deployment, environment, version } = rollout;
  return (
    <article class="fleet">
      <nav class="trail" aria-label="Other views">
        <a href={fleetAddress({ deployment, environment })} data-back>
          ← hosts
        </a>
        <CopyLink say={say} />
      </nav>
      <h1>{`Rollout of ${version}`}</h1>
      <p class="subtitle">
        <strong>{deployment}</strong> <Chip text={environment} />
      </p>
      <Progress of={rollout} />
      <RolloutHosts of={hosts} />
      {more > 0 && <p class="cut">{`and ${plural(more, 'more host')}`}</p>}
      <Table
        caption="Phases over all hosts"
        head={['phase', 'median', 'slowest', 'on']}
        numbers={[1, 2]}
        rows={phases.map(({ stage, median, slowest }) => [
          stage,
          seconds(median),
          seconds(slowest.seconds),
          <DeploymentLink id={slowest.id} text={slowest.host} />,
        ])}
      />
      <Table
        caption={`Hosts without ${version}`}
        head={['host', 'in service']}
        rows={waiting.map((one) => [one.host, one.version ?? 'nothing yet'])}
      />
      {moreWaiting > 0 && <p class="cut">{`and ${plural(moreWaiting, 'more host')}`}</p>}
    </article>
  );
}

function Progress({ of: rollout }: { readonly of: RolloutJson }): VNode {
  const { first_at: first, last_at: last } = rollout;
  return (
    <>
      <ProgressBar {...rollout} />
      <Facts
        of={[
          `${progressText(rollout)} hosts`,
          rollout.failed > 0 && <strong class="bad">{`✗ ${count(rollout.failed)} failed`}</strong>,
          rollout.rolled_back > 0 && (
            <span class="warn">{`↩ ${count(rollout.rolled_back)} rolled back`}</span>
          ),
          rollout.running > 0 && <span class="run">{`▶ ${count(rollout.running)} running`}</span>,
          <>
            began <Ago iso={first} />
          </>,
          last !== null && (
            <>
              ended <Moment iso={last} />, {tookText(first, last)} after the first start
            </>
          ),
        ]}
      />
    </>
  );
}

function RolloutHosts({ of: hosts }: { readonly of: RolloutPage['hosts'] }): VNode {
  return (
    <Table
      caption="Hosts: failures first, then the slowest"
      head={['host', 'status', 'took', 'began', 'error']}
      numbers={[2]}
      ids={hosts.map(({ id }) => id)}
      rows={hosts.map(({ host, id, status, total, started_at: at, error }) => [
        id === null ? (
          host
        ) : (
          <a href={deploymentAddress(id)} data-open>
            {host}
          </a>
        ),
        <>
          <Sign status={status} />
          {wordOf(status)}
        </>,
        seconds(total),
        <Ago iso={at} />,
        error !== null && <span class={status === 'failed' ? 'bad' : 'warn'}>{error}</span>,
      ])}
    />
  );
}
