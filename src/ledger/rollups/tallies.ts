import type { ByteReader, ByteWriter } from './bytes.ts';
import { Sketch } from './sketch.ts';

/** Figures of any number of finished deployments of a site that can be added up, and written as bytes. */
export interface Tally {
  write(to: ByteWriter): void;
  /** Adds one that was written. Of two units, the later one is added later. */
  addWritten(from: ByteReader): void;
}

/** A sum of seconds of which some may be unknown. */
export class Seconds {
  count = 0;
  sum = 0;

  add(seconds: number | null): void {
    if (seconds === null) return;
    this.count += 1;
    this.sum += seconds;
  }

  /** Null if none was known. */
  get known(): number | null {
    return this.count === 0 ? null : this.sum;
  }

  write(to: ByteWriter): void {
    to.count(this.count);
    if (this.count > 0) to.number(this.sum);
  }

  addWritten(from: ByteReader): void {
    const count = from.count();
    this.count += count;
    if (count > 0) this.sum += from.number();
  }
}

/** Counts, and durations of successful deployments (including warning). */
export class Totals implements Tally {
  total = 0;
  warning = 0;
  failed = 0;
  /** Failed or rolled back. */
  bad = 0;
  /** Of all of them: measured downtime, otherwise the cutover. */
  readonly downtimeTogether = new Seconds();
  readonly totalSeconds = new Sketch();
  readonly downtimeSeconds = new Sketch();
  readonly timeToHealthySeconds = new Sketch();
  readonly healthCheckSeconds = new Sketch();
  readonly timeToDeploySeconds = new Sketch();
  /** Of the bad ones that were restored. */
  readonly restoreSeconds = new Sketch();

  write(to: ByteWriter): void {
    for (const count of [this.total, this.warning, this.failed, this.bad]) to.count(count);
    this.downtimeTogether.write(to);
    for (const sketch of this.#sketches()) sketch.write(to);
  }

  addWritten(from: ByteReader): void {
    this.total += from.count();
    this.warning += from.count();
    this.failed += from.count();
    this.bad += from.count();
    this.downtimeTogether.addWritten(from);
    for (const sketch of this.#sketches()) sketch.addWritten(from);
  }

  #sketches(): Sketch[] {
    const { totalSeconds, downtimeSeconds, timeToHealthySeconds, healthCheckSeconds } = this;
    return [
      ...[totalSeconds, downtimeSeconds, timeToHealthySeconds, healthCheckSeconds],
      ...[this.timeToDeploySeconds, this.restoreSeconds],
    ];
  }
}

/** One phase. */
export class PhaseTally implements Tally {
  /** Successful deployments with a known total that had it, and its time in them; parallel runs count once. */
  deployments = 0;
  seconds = 0;
  /** Deployments in which a run of it failed. */
  failed = 0;
  /** Its seconds in each successful deployment. */
  readonly durations = new Sketch();

  write(to: ByteWriter): void {
    to.count(this.deployments);
    to.number(this.seconds);
    to.count(this.failed);
    this.durations.write(to);
  }

  addWritten(from: ByteReader): void {
    this.deployments += from.count();
    this.seconds += from.number();
    this.failed += from.count();
    this.durations.addWritten(from);
  }
}

/** The deployments on one host. */
export class HostTally implements Tally {
  deployments = 0;
  failed = 0;
  rolledBack = 0;
  lastStartedAt = '';
  /** The row of the last one: of two that started at the same time, the later row. */
  lastRow = 0;
  readonly downtime = new Seconds();
  /** Total durations of the successful ones. */
  readonly durations = new Sketch();

  last(startedAt: string, row: number): void {
    if (startedAt < this.lastStartedAt || (startedAt === this.lastStartedAt && row < this.lastRow)) return;
    this.lastStartedAt = startedAt;
    this.lastRow = row;
  }

  write(to: ByteWriter): void {
    for (const count of [this.deployments, this.failed, this.rolledBack]) to.count(count);
    to.number(this.lastRow);
    to.text(this.lastStartedAt);
    this.downtime.write(to);
    this.durations.write(to);
  }

  addWritten(from: ByteReader): void {
    this.deployments += from.count();
    this.failed += from.count();
    this.rolledBack += from.count();
    const row = from.number();
    this.last(from.text(), row);
    this.downtime.addWritten(from);
    this.durations.addWritten(from);
  }
}

/** Tallies by name, in the order of the names. */
export class Named<One extends Tally> implements Tally {
  readonly #tallies = new Map<string, One>();
  readonly #make: () => One;

  constructor(make: () => One) {
    this.#make = make;
  }

  of(name: string): One {
    const known = this.#tallies.get(name);
    if (known !== undefined) return known;
    const made = this.#make();
    this.#tallies.set(name, made);
    return made;
  }

  get(name: string): One | undefined {
    return this.#tallies.get(name);
  }

  entries(): [string, One][] {
    return [...this.#tallies].sort(([one], [other]) => (one < other ? -1 : 1));
  }

  write(to: ByteWriter): void {
    const entries = this.entries();
    to.count(entries.length);
    for (const [name, tally] of entries) {
      to.text(name);
      tally.write(to);
    }
  }

  addWritten(from: ByteReader): void {
    for (let left = from.count(); left > 0; left -= 1) this.of(from.text()).addWritten(from);
  }
}

/** The kinds of roll-ups, each with an empty one. Hosts without a name have an empty one. */
export const makers = {
  totals: () => new Totals(),
  phases: () => new Named(() => new PhaseTally()),
  hosts: () => new Named(() => new HostTally()),
} as const;

export type Kind = keyof typeof makers;
export type TallyOf<Of extends Kind> = ReturnType<(typeof makers)[Of]>;
