import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Gateway } from '../support/gateway.ts';
import type { BenchNode } from './nodes.ts';
import type { Call } from './timed.ts';

/** What is measured: one Node with the program that it has built, and everything that the rows create for it. */
export interface World {
  readonly root: string;
  /** Temporary, for everything. */
  readonly folder: string;
  readonly node: BenchNode;
  /** The script of the program. */
  readonly program: string;
  /** The same, built by another Node, so that its code cache is of no use; undefined if only one Node is measured. */
  readonly foreignProgram: string | undefined;
  /** Undefined if none is installed. */
  readonly gateway: Gateway | undefined;
  /** Nothing of the caller's environment but the search path, on which `node` and `deploytrack` come first. */
  readonly env: Readonly<Record<string, string>>;
  /** `node -e 0`. */
  readonly bare: Call;
  /** Makes something at its first use. */
  once<Thing>(name: string, make: () => Thing | Promise<Thing>): Promise<Thing>;
}

export function makeWorld(given: {
  readonly root: string;
  readonly node: BenchNode;
  readonly program: string;
  readonly foreignProgram: string | undefined;
  readonly gateway: Gateway | undefined;
}): World {
  const folder = mkdtempSync(join(tmpdir(), 'world-'));
  mkdirSync(join(folder, 'bin'));
  symlinkSync(given.program, join(folder, 'bin/deploytrack'));
  symlinkSync(given.node.path, join(folder, 'bin/node'));
  const env = {
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    HOME: folder,
    TMPDIR: folder,
    LC_ALL: 'C.UTF-8',
    // Settings of this machine would be read, and a folder above might have some.
    DEPLOYTRACK_SETTINGS_ROOT: folder,
    // Nothing connects beyond this machine, not even to look for a new version.
    HTTPS_PROXY: 'http://127.0.0.1:9',
  };
  const made = new Map<string, unknown>();
  return {
    ...given,
    folder,
    env,
    bare: { command: [given.node.path, '-e', '0'], env, folder },
    async once<Thing>(name: string, make: () => Thing | Promise<Thing>) {
      if (!made.has(name)) made.set(name, await make());
      return made.get(name) as Thing;
    },
  };
}
