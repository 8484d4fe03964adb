import type { VNode } from 'preact';
import type { Deployment } from '../server/api.ts';
import { compareAddress, deploymentAddress, type Place } from './address.ts';
import { BackLink } from './backLink.tsx';
import { CopyLink } from './copyLink.tsx';
import { DetailFacts } from './detailFacts.tsx';
import { DetailTables } from './detailTables.tsx';
import { Stderr } from './lastFailure.tsx';
import { Chip, Sign, Step } from './parts.tsx';
import { lookOf, outcomeText } from './status.ts';
import { Waterfall } from './waterfall.tsx';

/** One deployment: what became of it, why it failed, its waterfall, and everything that was recorded. */
export function Detail({
  one,
  back,
  say,
}: {
  readonly one: Deployment;
  readonly back: Place;
  readonly say: (text: string) => void;
}): VNode {
  return (
    <article class="detail">
      <nav class="trail" aria-label="Other deployments">
        <BackLink to={back} />
        <span class="tools">
          <Step kind="button" text="‹ previous" name="Previous deployment" href={addressOfId(one.before)} />
          <Step kind="button" text="next ›" name="Next deployment" href={addressOfId(one.after)} />
          <Comparisons {...one} />
          <CopyLink say={say} />
        </span>
      </nav>
      <h1>
        <Sign status={one.status} /> {one.version}
        {one.previous_version !== null && <span class="quiet before">{` ← ${one.previous_version}`}</span>}
      </h1>
      <p class="subtitle">
        <strong>{one.deployment}</strong> <Chip text={one.environment} />{' '}
        <span class={lookOf(one.status).tone}>{outcomeText(one)}</span>
      </p>
      <FailureBox {...one} />
      <DetailFacts one={one} />
      <Waterfall one={one} />
      <DetailTables one={one} />
    </article>
  );
}

function FailureBox({ failure }: Deployment): VNode | null {
  if (failure === null) return null;
  return (
    <section class={`failure ${failure.kind}`} data-failure>
      <h2>{failure.title}</h2>
      <p class="why">{failure.why ?? 'no reason was recorded'}</p>
      {failure.stderr !== null && <Stderr text={failure.stderr} />}
    </section>
  );
}

function Comparisons({ deployment_id: id, before, rolled_back_by: by }: Deployment): VNode {
  return (
    <>
      {id !== null && before !== null && (
        <a class="button" data-compare href={compareAddress({ older: before, newer: id })}>
          Compare with the previous one
        </a>
      )}
      {id !== null && by !== null && (
        <a class="button" href={compareAddress({ older: id, newer: by })}>
          Before and after the rollback
        </a>
      )}
    </>
  );
}

function addressOfId(id: string | null): string | null {
  return id === null ? null : deploymentAddress(id);
}
