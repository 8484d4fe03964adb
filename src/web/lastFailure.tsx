import type { VNode } from 'preact';
import type { LastFailure } from '../server/api.ts';
import { DeploymentLink, Facts, Sign } from './parts.tsx';
import { Ago } from './time.tsx';

/** What failed last and why: loud only if nothing has succeeded since. */
export function LastFailureCard({
  of,
  isQuiet,
}: {
  readonly of: LastFailure | null;
  readonly isQuiet: boolean;
}): VNode {
  if (of === null)
    return (
      <section class="card" data-question="last-failure">
        <h2>Last failure</h2>
        <p class="big good">none</p>
        <p class="quiet">No deployment failed in this period.</p>
      </section>
    );
  const { row, failure, is_last: isLast } = of;
  const isLoud = isLast && !isQuiet;
  const stderr = failure?.stderr ?? null;
  return (
    <section class={`card${isLoud ? ' loud' : ''}`} data-question="last-failure">
      <h2>{isLast ? 'The last deployment failed' : 'Last failure'}</h2>
      <p class={isLoud ? 'big' : 'middle'}>
        <Sign status="failed" /> <DeploymentLink id={row.deployment_id} text={row.version} />{' '}
        <span class="bad">{failure?.what ?? 'outside of phases'}</span>
      </p>
      <p class="why">{failure?.why ?? 'no reason was recorded'}</p>
      <Facts
        of={[
          <Ago iso={row.deployment_started_at} />,
          row.triggered_by !== null && `by ${row.triggered_by}`,
          row.hostname,
          <span data-question="rolled-back" class={row.rolled_back ? 'warn' : ''}>
            {row.rolled_back
              ? `↩ rolled back to ${row.rolled_back_to ?? 'the previous version'}`
              : 'not rolled back'}
          </span>,
        ]}
      />
      {stderr !== null && isLoud && <Stderr text={stderr} most={8} />}
      {stderr !== null && !isLoud && (
        <details>
          <summary>last lines of stderr</summary>
          <Stderr text={stderr} most={8} />
        </details>
      )}
    </section>
  );
}

/** The last lines that a failed command wrote: all that are stored, or so many of them. */
export function Stderr({ text, most }: { readonly text: string; readonly most?: number }): VNode {
  const lines = text.trimEnd().split('\n');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by keyboard
    <pre class="stderr" tabIndex={0}>
      {lines.slice(-(most ?? lines.length)).join('\n')}
    </pre>
  );
}
