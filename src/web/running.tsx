import type { VNode } from 'preact';
import type { RunningJson } from '../server/api.ts';
import { useNow } from './clock.ts';
import { elapsed, seconds } from './format.ts';
import { DeploymentLink, Facts } from './parts.tsx';
import { progressOf } from './progress.ts';

/** A deployment in progress: its phase, and the time it took compared with the usual one. */
export function Running({ one }: { readonly one: RunningJson }): VNode {
  const now = useNow(1000);
  const took = (now.getTime() - Date.parse(one.deployment_started_at)) / 1000;
  const pieces = progressOf(one, now);
  const current = pieces.find(({ state }) => state === 'running');
  return (
    <section class="card runs" data-question="running">
      <h2>
        {`Being deployed now: ${one.deployment ?? ''} on ${one.environment ?? ''}`}
        <Clock took={took} usual={one.usual} />
      </h2>
      <p class="big">
        <DeploymentLink id={one.deployment_id} text={one.version} />
      </p>
      <Facts
        of={[
          one.triggered_by !== null && `by ${one.triggered_by}`,
          one.hostname,
          current === undefined
            ? 'between phases'
            : `phase ${current.stage}, ${seconds(current.took)}${current.usual === null ? '' : ` (usually ${seconds(current.usual)})`}`,
        ]}
      />
      <div
        class="progress"
        role="img"
        aria-label={`${pieces.filter(({ state }) => state === 'done').length} of ${pieces.length} phases done`}
      >
        {pieces.map(({ stage, state, weight, share }) => (
          <span key={stage} class={`piece ${state}`} style={{ flexGrow: String(weight) }}>
            <span class="track">
              <span class="done" style={{ width: `${100 * share}%` }} />
            </span>
            <small>{stage}</small>
          </span>
        ))}
      </div>
    </section>
  );
}

/** Marked if it takes a third longer than usual. */
function Clock({ took, usual }: { readonly took: number; readonly usual: number | null }): VNode {
  if (usual === null) return <span class="clock">{elapsed(took)}</span>;
  const isLate = took > usual * 1.33 && took - usual >= 1;
  return (
    <span class={`clock${isLate ? ' late' : ''}`}>
      {isLate
        ? `! ${elapsed(took)}, usually ${elapsed(usual)}`
        : `${elapsed(took)} of about ${elapsed(usual)}`}
    </span>
  );
}
