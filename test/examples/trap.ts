import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '../support/eventually.ts';
import type { Site } from './site.ts';

/** Where a script waits: in a wrapped phase, in a command between two marks, or in the shell itself. */
export type Stand = 'wrapped' | 'marked' | 'waiting';

export interface StandingScript {
  readonly version: string;
  /** Sends a signal to the shell alone, or to it and everything that it started. */
  signal(signal: NodeJS.Signals, to: 'alone' | 'group'): void;
  /** Whether the shell has ended within that time. */
  endedWithin(ms: number): Promise<boolean>;
  /** Kills what the script left running. */
  endTheRest(): void;
}

let scripts = 0;

/** Starts the script in a process group of its own and waits until it reaches its waiting point. */
export async function standStill(site: Site, stand: Stand): Promise<StandingScript> {
  scripts += 1;
  const version = `${stand}-${scripts}`;
  const ready = path.join(site.folder, `ready-${version}`);
  const child = spawn(path.join(__dirname, `${stand}.sh`), [version, ready], {
    env: site.env,
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise<true>((resolve) => child.once('exit', () => resolve(true)));
  await eventually(() => (existsSync(ready) && isInPhase(site, version)) || undefined, {
    what: `standing ${stand} script`,
  });
  const group = groupOf(child);
  return {
    version,
    signal: (signal, to) => process.kill(to === 'group' ? -group : group, signal),
    endedWithin: (ms) => Promise.race([ended, after(ms)]),
    endTheRest() {
      try {
        process.kill(-group, 'SIGKILL');
      } catch {
        // The group has already ended.
      }
    },
  };
}

/**
 * Whether the ledger shows the phase as running: a wrapped one is recorded shortly after its command has
 * started.
 */
function isInPhase(site: Site, version: string): boolean {
  const rows = site.query(`SELECT 1 FROM deployment_stages s JOIN deployment_metrics d USING (deployment_id)
    WHERE d.version = '${version}' AND s.stage = 'extract' AND s.status = 'running'`);
  return rows.length === 1;
}

function groupOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the script did not start');
  return child.pid;
}

function after(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms));
}
