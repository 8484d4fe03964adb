import { redactToCut } from '../../redact.ts';

/** The current state of a container, as the engine reports it. Times are Unix milliseconds. */
export interface ContainerState {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string | null;
  readonly imageId: string | null;
  readonly createdMs: number | null;
  /** Null if it never ran. */
  readonly startedMs: number | null;
  readonly isRunning: boolean;
  readonly endedMs: number | null;
  readonly exitCode: number | null;
  readonly hasHealthcheck: boolean;
  /** Null while the check has no verdict. */
  readonly health: HealthVerdict | null;
}

export interface HealthVerdict {
  readonly isHealthy: boolean;
  readonly atMs: number;
  /** Output of the check, truncated; null if the engine does not report it. */
  readonly output: string | null;
}

type Json = Readonly<Record<string, unknown>>;

/** Reads the engine's `inspect`; null if that is not a container. */
export function containerState(inspected: unknown, nowMs: number): ContainerState | null {
  const root = object(inspected);
  const id = text(root.Id);
  if (id === null) return null;
  const [config, state] = [object(root.Config), object(root.State)];
  const isRunning = state.Running === true;
  const startedMs = time(state.StartedAt);
  return {
    id,
    name: (text(root.Name) ?? id.slice(0, 12)).replace(/^\//, ''),
    labels: strings(config.Labels),
    image: text(config.Image),
    imageId: text(root.Image),
    createdMs: time(root.Created),
    startedMs,
    isRunning,
    endedMs: isRunning || startedMs === null ? null : time(state.FinishedAt),
    exitCode: isRunning || startedMs === null || typeof state.ExitCode !== 'number' ? null : state.ExitCode,
    hasHealthcheck: hasHealthcheck(config, state),
    health: verdict(state, nowMs),
  };
}

function hasHealthcheck(config: Json, state: Json): boolean {
  const test = object(config.Healthcheck).Test;
  if (Array.isArray(test)) return test.length > 0 && test[0] !== 'NONE';
  const status = text(healthOf(state).Status);
  return status !== null && status !== '' && status !== 'none';
}

function healthOf(state: Json): Json {
  // Podman's older API has its own name for it.
  return object(state.Health ?? state.Healthcheck);
}

function verdict(state: Json, nowMs: number): HealthVerdict | null {
  const health = healthOf(state);
  const status = text(health.Status);
  if (status !== 'healthy' && status !== 'unhealthy') return null;
  const log = Array.isArray(health.Log) ? health.Log : [];
  const last = object(log.at(-1));
  return {
    isHealthy: status === 'healthy',
    atMs: time(last.End) ?? time(last.Start) ?? nowMs,
    output: redactToCut(text(last.Output)?.trim() ?? '', 200).slice(0, 200) || null,
  };
}

export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function strings(value: unknown): Record<string, string> {
  const found = Object.entries(object(value)).filter(([, one]) => typeof one === 'string');
  return Object.fromEntries(found) as Record<string, string>;
}

/** The engines use year 1 for never. */
function time(value: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}
