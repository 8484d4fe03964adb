import type { Context } from '../../context.ts';
import type { Warning } from '../../errors.ts';
import { collectorState, saveCollectorState } from '../../ledger/collected/collectorState.ts';
import { addUse, presentContainers, storedContainer } from '../../ledger/collected/containers.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { saveWarnings } from '../../ledger/saveWarnings.ts';
import type { Place } from './containerMarks.ts';
import { type ContainerState, containerState, object, strings, text } from './containerState.ts';
import { containerUse } from './containerUse.ts';
import { readLabels } from './deploymentLabels.ts';
import { type Engine, engineEvents, engineJson } from './engine.ts';
import type { EngineAddress } from './engineAddress.ts';
import { type EngineEvent, engineEvent } from './engineEvent.ts';
import { ingestContainer, ingestHealth, ingestRemoval } from './ingestContainer.ts';

/** What a collector works with. */
export interface Collecting {
  readonly context: Context;
  readonly engine: EngineAddress;
  /** Null: use the engine's name for its host. */
  readonly instance: string | null;
  readonly environment: string;
  /** Runs one transaction of the ledger. */
  write<Result>(change: (database: Database) => Result): Promise<Result>;
  warn(message: string): void;
}

const name = 'docker';
const timeoutMs = 10_000;
/**
 * The end of the requested past, in milliseconds from now. Podman stops reading its log at that time, even before the
 * end; with less than ten milliseconds left it reported half of thirty containers, or none.
 */
const pastSeconds = 3;
/** The interval at which resource use is sampled, and missed events are looked for. */
const lookEveryMs = 15_000;

/** Follows one engine: events since the last time, the present state, and new events. */
export class DockerCollector {
  readonly #with: Collecting;
  /** The current run of `follow`; aborting it aborts every request too. */
  #signal = new AbortController().signal;
  /** Containers whose labels have been reported as invalid. */
  readonly #complained = new Set<string>();

  constructor(collecting: Collecting) {
    this.#with = collecting;
  }

  /** Runs until the event stream or the caller ends it. Throws if the engine does not respond. */
  async follow(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    const place = await this.#place();
    const nowMs = this.#with.context.instant().wallMs;
    const sinceMs = await this.#sinceMs();
    if (sinceMs !== null) {
      const path = `/events?since=${wholeSeconds(sinceMs)}&until=${wholeSeconds(nowMs) + pastSeconds}`;
      for await (const said of engineEvents(this.#engine(), { path, signal, timeoutMs }))
        await this.#takeIn(said, place);
    }
    // Stored before the first inspection, so that a stop within it resumes from here.
    if (sinceMs === null) await this.#keepSince(nowMs);
    await this.#look(place);
    // Replays from the same start: events that the engine left out of the past are not missed, and repeated ones change
    // nothing.
    await this.#followLive(place, { sinceMs: sinceMs ?? nowMs, signal });
  }

  /** Leaves an engine that no longer responds to inspections, whatever its stream does. */
  async #followLive(
    place: Place,
    { sinceMs, signal }: { sinceMs: number; signal: AbortSignal },
  ): Promise<void> {
    // Not `AbortSignal.any`: on Node 20 such a signal may be collected before it fires.
    const ended = new AbortController();
    const stop = () => ended.abort(null);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const looking = setInterval(() => {
      this.#look(place).catch((error) => ended.abort(error));
    }, lookEveryMs);
    try {
      const path = `/events?since=${wholeSeconds(sinceMs)}`;
      const live = engineEvents(this.#engine(), { path, signal: ended.signal, timeoutMs: null });
      for await (const said of live) await this.#takeIn(said, place);
    } finally {
      clearInterval(looking);
      signal.removeEventListener('abort', stop);
    }
    if (ended.signal.aborted && ended.signal.reason !== null) throw ended.signal.reason;
  }

  #engine(): Engine {
    return { context: this.#with.context, address: this.#with.engine };
  }

  #ask(path: string): Promise<unknown> {
    return engineJson(this.#engine(), { path, timeoutMs, signal: this.#signal });
  }

  async #place(): Promise<Place> {
    const { instance, environment, context } = this.#with;
    const info = instance === null ? object(await this.#ask('/info')) : {};
    return { hostname: instance ?? text(info.Name) ?? context.hostName(), environment };
  }

  /** All existing containers, those that vanished meanwhile, and the resource use of the running ones. */
  async #look(place: Place): Promise<void> {
    const { write, context } = this.#with;
    const listed = (await this.#ask('/containers/json?all=true')) as unknown[];
    const labelled = listed.filter((one) => strings(object(one).Labels)['deployment.name'] !== undefined);
    const ids = labelled.flatMap((one) => text(object(one).Id) ?? []);
    for (const id of ids) await this.#inspect(id, place);
    const there = new Set(ids);
    await write((database) => {
      const atMs = context.instant().wallMs;
      const gone = presentContainers(database).filter(({ containerId }) => !there.has(containerId));
      for (const { containerId } of gone)
        this.#keep(database, ingestRemoval({ context, database }, { containerId, atMs }));
    });
    for (const one of labelled) await this.#measure(object(one));
  }

  async #measure(listed: Readonly<Record<string, unknown>>): Promise<void> {
    const id = text(listed.Id);
    if (id === null || listed.State !== 'running') return;
    const path = `/containers/${id}/stats?stream=false&one-shot=true`;
    const stats = await this.#ask(path);
    if (stats !== null) await this.#with.write((database) => addUse(database, containerUse(id, stats)));
  }

  /** False if the engine no longer has it. */
  async #inspect(id: string, place: Place): Promise<boolean> {
    const { context } = this.#with;
    const inspected = await this.#ask(`/containers/${id}/json`);
    const state = inspected === null ? null : containerState(inspected, context.instant().wallMs);
    if (state === null) return false;
    await this.#takeInState(state, place);
    return true;
  }

  async #takeInState(state: ContainerState, place: Place): Promise<void> {
    const { write, context } = this.#with;
    const read = readLabels(state.labels, context.instant().wallMs);
    if (read === null) return;
    this.#complain(state, read.problems);
    const { labels } = read;
    if (labels === null) return;
    await write((database) =>
      this.#keep(database, ingestContainer({ context, database }, { state, labels, place })),
    );
  }

  async #takeIn(said: unknown, place: Place): Promise<void> {
    const event = engineEvent(said);
    if (event === null || event.labels['deployment.name'] === undefined) return;
    const { write, context } = this.#with;
    const { containerId, atMs } = event;
    if (event.what === 'remove') {
      await write((database) =>
        this.#keep(database, ingestRemoval({ context, database }, { containerId, atMs })),
      );
    } else if (event.what === 'health' && event.isHealthy !== null) await this.#takeInVerdict(event, place);
    else if (!(await this.#inspect(containerId, place))) await this.#takeInState(fromEvent(event), place);
    await this.#keepSince(atMs);
  }

  /** A verdict that passed before it could be inspected counts too. */
  async #takeInVerdict(event: EngineEvent, place: Place): Promise<void> {
    const { write, context } = this.#with;
    const { containerId, atMs, isHealthy } = event;
    const health = { isHealthy: isHealthy === true, atMs, output: null };
    const isKnown = await write((database) => {
      const known = storedContainer(database, containerId);
      if (known === null) return false;
      const { deploymentId } = known;
      const state = { id: containerId, health };
      // If the deployment is open, the inspection below ends it with the same verdict.
      if (known.health !== null)
        this.#keep(
          database,
          ingestHealth({ context, database }, { known, state, beganMs: atMs, deploymentId }),
        );
      return true;
    });
    if (!(await this.#inspect(containerId, place)) && !isKnown)
      await this.#takeInState({ ...fromEvent(event), hasHealthcheck: true, health }, place);
  }

  #complain({ id, name: container }: ContainerState, problems: readonly string[]): void {
    if (problems.length === 0 || this.#complained.has(id)) return;
    this.#complained.add(id);
    this.#with.warn(`container ${container}: ${problems.join('; ')}`);
  }

  #keep(database: Database, warnings: readonly Warning[]): void {
    if (warnings.length === 0) return;
    saveWarnings(database, { warnings, mark: { deploymentId: null, at: this.#with.context.instant() } });
  }

  #sinceMs(): Promise<number | null> {
    return this.#with.write((database) => {
      const state = object(collectorState(database, name));
      return typeof state.sinceMs === 'number' ? state.sinceMs : null;
    });
  }

  #keepSince(sinceMs: number): Promise<void> {
    return this.#with.write((database) => saveCollectorState(database, { name, state: { sinceMs } }));
  }
}

/** For a container that is gone already: the content of its events. */
function fromEvent({
  containerId,
  name: container,
  labels,
  image,
  what,
  atMs,
  exitCode,
}: EngineEvent): ContainerState {
  const isEnd = what === 'end';
  return {
    id: containerId,
    name: container,
    labels,
    image,
    imageId: null,
    createdMs: null,
    startedMs: atMs,
    isRunning: what === 'start',
    endedMs: isEnd ? atMs : null,
    exitCode: isEnd ? exitCode : null,
    // Not part of an event: a start alone does not finish anything then.
    hasHealthcheck: what === 'start',
    health: null,
  };
}

/** Podman accepts no fractions; repeated events change nothing. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
