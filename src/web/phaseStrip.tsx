import type { VNode } from 'preact';
import type { ListRow } from '../server/api.ts';
import { seconds } from './format.ts';
import { colorOf } from './stages.ts';

/** The phases of a deployment to scale with those of the other rows. */
export function PhaseStrip({
  row: { phases, total_duration: total },
  stages,
  longest,
}: {
  readonly row: ListRow;
  readonly stages: readonly string[];
  readonly longest: number;
}): VNode | null {
  const known = phases.filter((phase) => phase.seconds !== null && phase.seconds > 0);
  if (known.length === 0 && total === null) return null;
  const text = known.map((phase) => `${phase.stage} ${seconds(phase.seconds)}`).join(', ');
  const share = (value: number | null) => `${Math.min(100, (100 * (value ?? 0)) / longest)}%`;
  return (
    <span class="strip" role="img" aria-label={text || `no phases, ${seconds(total)}`} title={text}>
      {known.length === 0 && <i class="p-none" style={{ width: share(total) }} />}
      {known.map((phase) => (
        <i
          class={phase.status === 'failed' ? 'p-bad' : colorOf(stages, phase.stage)}
          style={{ width: share(phase.seconds) }}
        />
      ))}
    </span>
  );
}
