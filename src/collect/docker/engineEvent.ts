import { object, strings, text } from './containerState.ts';

/** An event of a container. */
export interface EngineEvent {
  readonly containerId: string;
  readonly what: 'start' | 'health' | 'end' | 'remove';
  readonly atMs: number;
  readonly name: string;
  readonly image: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** For `end`. */
  readonly exitCode: number | null;
  /** For `health`, if the engine reports which. */
  readonly isHealthy: boolean | null;
}

const actions: Readonly<Record<string, EngineEvent['what']>> = {
  start: 'start',
  restart: 'start',
  die: 'end',
  died: 'end',
  destroy: 'remove',
  remove: 'remove',
  health_status: 'health',
};

/** Docker and podman use different words. Events of other objects, and those without an effect here, are null. */
export function engineEvent(said: unknown): EngineEvent | null {
  const root = object(said);
  const actor = object(root.Actor);
  const containerId = text(actor.ID) ?? text(root.id);
  const action = text(root.Action) ?? text(root.status);
  if (text(root.Type) !== 'container' || containerId === null || action === null) return null;
  const [word = '', detail = ''] = action.split(':').map((part) => part.trim());
  const what = actions[word];
  const atMs = timeOf(root.timeNano, root.time);
  if (what === undefined || atMs === null) return null;
  const { name, image, exitCode, containerExitCode, health_status, ...labels } = strings(actor.Attributes);
  const health = detail || (health_status ?? '');
  const code = Number(exitCode ?? containerExitCode ?? Number.NaN);
  return {
    containerId,
    what,
    atMs,
    name: name ?? containerId.slice(0, 12),
    image: image ?? null,
    labels,
    exitCode: Number.isInteger(code) ? code : null,
    isHealthy: health === 'healthy' ? true : health === 'unhealthy' ? false : null,
  };
}

function timeOf(nanoseconds: unknown, seconds: unknown): number | null {
  if (typeof nanoseconds === 'number' && nanoseconds > 0) return Math.floor(nanoseconds / 1e6);
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : null;
}
