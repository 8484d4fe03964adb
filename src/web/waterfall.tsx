import type { VNode } from 'preact';
import type { Deployment } from '../server/api.ts';
import { useNow } from './clock.ts';
import { seconds } from './format.ts';
import { type Scale, scaleOf, shareOf, ticksOf } from './scale.ts';
import { type Line, linesOf } from './waterfallLines.ts';

/** A label stands right of its line: behind this it would run into the next column. */
const lastLabelShare = 0.9;

/** Phases, checks, tests and the rollback of a deployment on one axis of time. It grows while the deployment runs. */
export function Waterfall({ one }: { readonly one: Deployment }): VNode | null {
  const now = useNow(one.deployment_completed_at === null ? 1000 : 60_000);
  const scale = scaleOf(one, now);
  const lines = linesOf(one, now);
  if (lines.length === 0 && one.attempts.length === 0) return null;
  const ticks = ticksOf(scale);
  return (
    <section class="waterfall" aria-label="Phases to scale">
      <h2>Phases</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Phase</th>
            <th scope="col" class="number">
              Took
            </th>
            <th scope="col" class="number">
              Usually
            </th>
            <th scope="col" class="plot">
              <span class="unseen">From start to end</span>
              <span class="axis" aria-hidden="true">
                {ticks
                  .filter((at) => shareOf(scale, scale.fromMs + at * 1000) <= lastLabelShare)
                  .map((at) => (
                    <span style={{ left: `${100 * shareOf(scale, scale.fromMs + at * 1000)}%` }}>
                      {seconds(at).replace('.0s', 's')}
                    </span>
                  ))}
              </span>
            </th>
            <th scope="col">Notes</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <LineRow key={line.key} line={line} scale={scale} ticks={ticks} />
          ))}
          {one.attempts.length > 0 && <Attempts attempts={one.attempts} scale={scale} ticks={ticks} />}
        </tbody>
      </table>
    </section>
  );
}

function LineRow({
  line,
  scale,
  ticks,
}: {
  readonly line: Line;
  readonly scale: Scale;
  readonly ticks: readonly number[];
}): VNode {
  const from = shareOf(scale, line.fromMs);
  const width = Math.max(0.002, shareOf(scale, line.toMs) - from);
  return (
    <tr data-phase={line.name} class={line.state}>
      <th scope="row">
        <span class="named">
          <span class={line.tone}>{line.sign}</span> <span>{line.name}</span>
          {line.ofRollback && <span class="pill">rollback</span>}
        </span>
      </th>
      <td class="number">{seconds(line.took)}</td>
      <td class="number quiet">{line.usual === null ? '' : seconds(line.usual)}</td>
      <td class="plot">
        <span class="lane">
          <Grid scale={scale} ticks={ticks} />
          <span
            class={`span ${line.state}${line.ofRollback ? ' back' : ''}`}
            title={`${line.name}: ${seconds(line.took)}, after ${seconds((line.fromMs - scale.fromMs) / 1000)}`}
            style={{ left: `${100 * from}%`, width: `${100 * width}%` }}
          />
        </span>
      </td>
      <td class="notes">
        {line.verdict !== null && <span class="warn">{line.verdict} </span>}
        <span class={line.state === 'failed' ? 'bad' : ''}>{line.notes}</span>
      </td>
    </tr>
  );
}

function Grid({ scale, ticks }: { readonly scale: Scale; readonly ticks: readonly number[] }): VNode {
  return (
    <span class="grid" aria-hidden="true">
      {ticks.map((at) => (
        <i style={{ left: `${100 * shareOf(scale, scale.fromMs + at * 1000)}%` }} />
      ))}
    </span>
  );
}

/** A dot for each attempt: successful ones above, failed ones below. */
function Attempts({
  attempts,
  scale,
  ticks,
}: {
  readonly attempts: Deployment['attempts'];
  readonly scale: Scale;
  readonly ticks: readonly number[];
}): VNode {
  const good = attempts.filter(({ healthy }) => healthy).length;
  return (
    <tr data-phase="attempts">
      <th scope="row">
        <span class="named">health attempts</span>
      </th>
      <td class="number">{attempts.length}</td>
      <td />
      <td class="plot">
        <span class="lane">
          <Grid scale={scale} ticks={ticks} />
          <span class="dots" role="img" aria-label={`${attempts.length} attempts, ${good} healthy`}>
            {attempts.map(({ at, healthy, verdict, latency }) => (
              <i
                class={healthy ? 'good' : 'bad'}
                title={`${verdict}, ${seconds(latency)}`}
                style={{ left: `${100 * shareOf(scale, Date.parse(at))}%` }}
              />
            ))}
          </span>
        </span>
      </td>
      <td class="notes">{`${good} healthy, ${attempts.length - good} not`}</td>
    </tr>
  );
}
