import { appendFileSync } from 'node:fs';
import type { Program } from '../../support/program.ts';
import type { Random } from '../random.ts';
import { donorMarks, renamed } from './donor.ts';
import type { Killer, Victim } from './killed.ts';

/** What must be true in the end of a command: `times` that its query finds something. */
export interface Expected {
  readonly what: string;
  readonly sql: string;
  readonly values: readonly string[];
  /** Acknowledged: exactly this often; otherwise never more. */
  readonly times: number;
  readonly isAcknowledged: boolean;
}

const started = 'SELECT 1 FROM deployment_metrics WHERE deployment_id = ? AND fragment = 0';
const finished = `${started} AND deployment_status <> 'in-progress'`;
const stage = 'SELECT 1 FROM deployment_stages WHERE deployment_id = ? AND stage = ?';
const ended = `${stage} AND status = 'success'`;
const stages = 'SELECT 1 FROM deployment_stages WHERE deployment_id = ?';

/** One lane of a script after the other: its deployments, and what must be in the ledger for them. */
export class Lane {
  readonly #name: string;
  readonly #program: Program;
  readonly #killer: Killer;
  readonly #random: Random;
  readonly #donor: readonly string[];
  readonly expected: Expected[] = [];
  #count = 0;
  #open: { id: string; phases: number; pending: string | null }[] = [];

  constructor(
    name: string,
    world: { program: Program; killer: Killer; random: Random; donor: readonly string[] },
  ) {
    this.#name = name;
    this.#program = world.program;
    this.#killer = world.killer;
    this.#random = world.random;
    this.#donor = world.donor;
  }

  /** The next command, chosen at random. */
  async step(): Promise<void> {
    const one = this.#open.length === 0 ? null : this.#random.one(this.#open);
    const dice = this.#random.next();
    if (one === null || (this.#open.length < 4 && dice < 0.15)) return this.#start();
    if (one.pending !== null) return this.#end(one);
    if (dice < 0.25 || one.phases >= 28) return this.#finish(one);
    if (dice < 0.45) return this.#phaseStart(one);
    if (dice < 0.7) return this.#phaseRun(one);
    if (dice < 0.78) return this.#run();
    if (dice < 0.86) return this.#push();
    return dice < 0.93 ? this.#import() : this.#takeIn();
  }

  #newId(): string {
    this.#count += 1;
    return `${this.#name}-${this.#count}`;
  }

  async #kill(kind: string, args: readonly string[]): Promise<Victim> {
    return this.#killer.run(this.#program, { kind, args });
  }

  #expect(expected: Omit<Expected, 'times'> & { times?: number }): void {
    this.expected.push({ times: 1, ...expected });
  }

  async #start(): Promise<void> {
    const id = this.#newId();
    const { isAcknowledged } = await this.#kill('start', ['start', '--id', id]);
    this.#expect({ what: 'start', sql: started, values: [id], isAcknowledged });
    if (isAcknowledged) this.#open.push({ id, phases: 0, pending: null });
  }

  async #phaseStart(one: { id: string; phases: number; pending: string | null }): Promise<void> {
    const phase = `p${one.phases}`;
    one.phases += 1;
    const { isAcknowledged } = await this.#kill('phase start', ['phase', 'start', phase, '--id', one.id]);
    this.#expect({ what: 'phase start', sql: stage, values: [one.id, phase], isAcknowledged });
    if (isAcknowledged) one.pending = phase;
  }

  async #end(one: { id: string; pending: string | null }): Promise<void> {
    const phase = one.pending ?? '';
    one.pending = null;
    const { isAcknowledged } = await this.#kill('phase end', ['phase', 'end', phase, '--id', one.id]);
    this.#expect({ what: 'phase end', sql: ended, values: [one.id, phase], isAcknowledged });
  }

  async #phaseRun(one: { id: string; phases: number }): Promise<void> {
    const phase = `p${one.phases}`;
    one.phases += 1;
    const args = ['phase', 'run', phase, '--id', one.id, '--', 'true'];
    const { isAcknowledged } = await this.#kill('phase run', args);
    this.#expect({ what: 'phase run', sql: ended, values: [one.id, phase], isAcknowledged });
  }

  async #finish(one: { id: string }): Promise<void> {
    this.#open = this.#open.filter((other) => other !== one);
    const { isAcknowledged } = await this.#kill('finish', ['finish', '--id', one.id]);
    this.#expect({ what: 'finish', sql: finished, values: [one.id], isAcknowledged });
  }

  async #run(): Promise<void> {
    const id = this.#newId();
    const { isAcknowledged } = await this.#kill('run', ['run', '--id', id, '--', 'true']);
    this.#expect({ what: 'run', sql: finished, values: [id], isAcknowledged });
  }

  async #push(): Promise<void> {
    await this.#kill('push', ['push']);
  }

  /** Marks of another job: once, however often they are imported. */
  async #import(): Promise<void> {
    const id = this.#newId();
    const marks = renamed(this.#donor, id);
    const args = ['import', '-'];
    const { isAcknowledged } = await this.#killer.run(this.#program, { kind: 'import', args, stdin: marks });
    const again = await this.#program.run(args, { stdin: marks });
    this.#expect({
      what: 'import',
      sql: started,
      values: [id],
      isAcknowledged: isAcknowledged || again.code === 0,
    });
    const both = { sql: stages, values: [id], times: donorMarks - 1 };
    this.#expect({ what: 'import twice', ...both, isAcknowledged: again.code === 0 });
  }

  /** Lines of a journal were acknowledged when they were written; the command that imports them is killed. */
  async #takeIn(): Promise<void> {
    const ids = Array.from({ length: 1 + this.#random.below(6) }, () => this.#newId());
    appendFileSync(`${this.#program.ledger}.journal`, ids.map((id) => renamed(this.#donor, id)).join(''), {
      mode: 0o600,
    });
    await this.#kill('take in', ['phase', 'record', 'other', '--id', ids[0] ?? '', '--duration', '1s']);
    for (const id of ids) {
      this.#expect({ what: 'journal', sql: started, values: [id], isAcknowledged: true });
      const sql = `${stages} AND stage <> 'other'`;
      this.#expect({ what: 'journal', sql, values: [id], times: donorMarks - 1, isAcknowledged: true });
    }
  }
}

/** What was lost or doubled. */
export function wrongOf(
  program: Program,
  expected: readonly Expected[],
): { lost: string[]; doubled: string[] } {
  const lost: string[] = [];
  const doubled: string[] = [];
  for (const { what, sql, values, times, isAcknowledged } of expected) {
    const found = program.rows(sql, ...values).length;
    if (found > times) doubled.push(`${what} ${values.join(' ')}: ${found} instead of ${times}`);
    else if (found < times && isAcknowledged) lost.push(`${what} ${values.join(' ')}: ${found} of ${times}`);
  }
  return { lost, doubled };
}
