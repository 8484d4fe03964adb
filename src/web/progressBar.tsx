import type { VNode } from 'preact';
import type { RolloutJson } from '../server/fleetApi.ts';
import { count } from './format.ts';

/** How far a rollout is: hosts that have the version, that failed, that run, and that are to come. */
export function ProgressBar({
  done,
  failed,
  rolled_back: rolledBack,
  running,
  known,
}: Pick<RolloutJson, 'done' | 'failed' | 'rolled_back' | 'running' | 'known'>): VNode {
  const parts = [
    ['good', done, 'done'],
    ['bad', failed, 'failed'],
    ['warn', rolledBack, 'rolled back'],
    ['run', running, 'running'],
  ] as const;
  const text = parts
    .filter(([, value]) => value > 0)
    .map(([, value, word]) => `${count(value)} ${word}`)
    .join(', ');
  return (
    <span class="rollout-bar" role="img" aria-label={`of ${count(known)}: ${text}`} title={text}>
      {parts.map(([tone, value]) => (
        <i class={`part ${tone}`} style={{ width: `${(100 * value) / Math.max(1, known)}%` }} />
      ))}
    </span>
  );
}

/** `38 of 40`. */
export function progressText({ done, known }: Pick<RolloutJson, 'done' | 'known'>): string {
  return `${count(done)} of ${count(known)}`;
}
