import { spawn } from 'node:child_process';
import { endOf, type Program } from '../../support/program.ts';
import type { Random } from '../random.ts';

/** How a command ended that was to be killed. */
export interface Victim {
  /** It had returned 0 before it was killed. */
  readonly isAcknowledged: boolean;
  readonly wasKilled: boolean;
  readonly code: number | null;
  readonly stderr: string;
}

/** Kills commands with SIGKILL at a random instant of their usual duration, so that about half have returned before. */
export class Killer {
  readonly #random: Random;
  readonly #usualMs = new Map<string, number>();
  kills = 0;
  victims = 0;
  acknowledged = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Runs a command with its own process group; `kind` names commands that last equally long. */
  async run(
    program: Program,
    { kind, args, stdin = '' }: { kind: string; args: readonly string[]; stdin?: string },
  ): Promise<Victim> {
    const usualMs = this.#usualMs.get(kind);
    const child = spawn(program.words[0], [program.words[1], ...args], {
      cwd: program.folder,
      env: program.env,
      detached: true,
    });
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
    const beganMs = performance.now();
    let wasKilled = false;
    // Later if too few had returned: the machine became slower, or the durations of those that returned are the short ones.
    const longest = this.acknowledged > this.victims * 0.52 ? 1.9 : 5;
    const atMs = usualMs === undefined ? 60_000 : this.#random.next() * longest * usualMs;
    const timer = setTimeout(() => {
      wasKilled = true;
      killGroup(child.pid);
    }, atMs);
    const { code, stderr } = await endOf(child);
    clearTimeout(timer);
    if (!wasKilled) {
      const tookMs = performance.now() - beganMs;
      this.#usualMs.set(kind, usualMs === undefined ? tookMs : usualMs * 0.8 + tookMs * 0.2);
      // What it left running, as the script that was killed with it would.
      killGroup(child.pid);
    }
    return this.#counted({ isAcknowledged: code === 0, wasKilled: code === null, code, stderr });
  }

  #counted(victim: Victim): Victim {
    this.victims += 1;
    if (victim.isAcknowledged) this.acknowledged += 1;
    else if (victim.wasKilled) this.kills += 1;
    return victim;
  }
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended, with all that it started.
  }
}
