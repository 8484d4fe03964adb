import type { ComponentChild, VNode } from 'preact';
import type { Overview, SiteOverview } from '../server/api.ts';
import { deploymentAddress } from './address.ts';
import { Dora } from './dora.tsx';
import { local, moment, percent, seconds, statusText } from './format.ts';
import { Trends } from './trends.tsx';

/** The first screen: the version in service, cards for five questions, and recent trends. */
export function OverviewCards({ of, now }: { readonly of: Overview; readonly now: Date }): VNode {
  if (of.site === null)
    return (
      <p>
        No deployment yet: run <code>deploytrack start</code> to record the first one.
      </p>
    );
  return (
    <>
      <div class="cards">
        <InService of={of} now={now} />
        <SuccessRate {...of} />
        <LongestPhase {...of} />
        <LastHealth {...of} />
        <LastFailure {...of} />
        <RolledBack {...of} />
      </div>
      <div class="cards">
        <Trends points={of.trend} />
      </div>
      <Dora of={of.dora} />
    </>
  );
}

/** A link to a deployment; without an ID it has no view of its own. */
export function DeploymentLink({ id, text }: { readonly id: string | null; readonly text: string }): VNode {
  return id === null ? <span>{text}</span> : <a href={deploymentAddress(id)}>{text}</a>;
}

function Card({
  question,
  title,
  big,
  lines = [],
}: {
  readonly question: string;
  readonly title: string;
  readonly big: ComponentChild;
  readonly lines?: readonly ComponentChild[];
}): VNode {
  return (
    <section class="card" data-question={question}>
      <h3>{title}</h3>
      <p class="big">{big}</p>
      {lines.map((line) => line !== null && <p class="quiet">{line}</p>)}
    </section>
  );
}

function InService({
  of: { in_service: one, running },
  now,
}: {
  readonly of: SiteOverview;
  readonly now: Date;
}): VNode {
  const runs = running[0];
  const lines = [
    one === null ? null : `since ${moment(one.since, now)}`,
    runs === undefined ? null : (
      <span class="run">{`▶ ${runs.version} is being deployed since ${local(runs.started_at)}`}</span>
    ),
  ];
  return (
    <Card question="in-service" title="In service" big={one?.version ?? 'no version yet'} lines={lines} />
  );
}

function SuccessRate({ total, successful, failed }: SiteOverview): VNode {
  const rate = total === 0 ? 'n/a' : percent(successful / total);
  const lines = [`${successful} of ${total}, ${failed} failed`];
  return <Card question="success-rate" title="Success rate" big={rate} lines={lines} />;
}

function LongestPhase({ phases }: SiteOverview): VNode {
  const [longest] = [...phases].sort((one, other) => other.mean - one.mean);
  if (longest === undefined) return <Card question="longest-phase" title="Longest phase" big="n/a" />;
  const share = percent(longest.share);
  const lines = [`${longest.stage}, on average; ${share} of the total time`];
  return <Card question="longest-phase" title="Longest phase" big={seconds(longest.mean)} lines={lines} />;
}

function LastHealth({ last }: SiteOverview): VNode {
  const health = last?.health ?? null;
  const text = health === null ? 'not checked' : health.success ? '✓ passed' : '✗ failed';
  const kind = health === null ? '' : health.success ? 'good' : 'bad';
  return (
    <Card
      question="last-health"
      title="Health after the last deployment"
      big={<span class={kind}>{text}</span>}
      lines={[
        last === null ? null : `${last.version}, ${statusText(last.status).trim()}`,
        health?.error ?? null,
      ]}
    />
  );
}

function LastFailure({ last_failed: failed }: SiteOverview): VNode {
  if (failed === null) return <Card question="last-failure" title="Last failure" big="none" />;
  return (
    <Card
      question="last-failure"
      title="Last failure"
      big={<span class="bad">{failed.failure?.what ?? 'outside of phases'}</span>}
      lines={[
        failed.failure?.why ?? 'no error was recorded',
        <DeploymentLink id={failed.id} text={`${failed.version}, ${local(failed.started_at)}`} />,
      ]}
    />
  );
}

function RolledBack({ last, last_failed: failed }: SiteOverview): VNode {
  const ofLast =
    last?.rolled_back === true && last.id !== failed?.id
      ? `the last one, ${last.version}, was rolled back to ${last.rolled_back_to ?? 'the previous version'}`
      : null;
  const answer = (big: ComponentChild, line: string | null) => (
    <Card question="rolled-back" title="Rolled back?" big={big} lines={[line, ofLast]} />
  );
  if (failed === null) return answer('nothing failed', null);
  if (!failed.rolled_back) return answer('no', `${failed.version} was not rolled back`);
  const to = `from ${failed.version} to ${failed.rolled_back_to ?? 'the previous version'}`;
  return answer(<span class="warn">yes</span>, to);
}
