import { closeSync, cpSync, fsyncSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Call, timed } from './timed.ts';
import type { World } from './world.ts';

/** A ledger in a folder of its own, with an open deployment. */
export interface Ledger {
  readonly folder: string;
  readonly id: string;
  readonly env: Readonly<Record<string, string>>;
  /** A call of the program. */
  call(...words: string[]): Call;
  /** The same, with other variables. */
  with(env: Readonly<Record<string, string>>): Ledger;
}

export interface LedgerOptions {
  /** The gateway to which it pushes. It gets a whole group: a deployment was finished before. */
  readonly gatewayUrl?: string | undefined;
}

/** The ledger of this name, made at its first use. */
export function ledger(world: World, name: string, { gatewayUrl }: LedgerOptions = {}): Promise<Ledger> {
  return world.once(`ledger ${name}`, async () => {
    const folder = mkdtempSync(join(world.folder, `${name}-`));
    const env = {
      // A group of its own at the gateway.
      DEPLOYTRACK_DEPLOYMENT: name,
      DEPLOYTRACK_VERSION: '1.0.0',
      // The shell integration finds a journal that it may write to.
      DEPLOYTRACK_SHELL: '1',
      ...(gatewayUrl === undefined ? {} : { PUSHGATEWAY_URL: gatewayUrl }),
    };
    const made = ledgerIn(world, { folder, id: '', env });
    if (gatewayUrl !== undefined) await timed(made.call('run', '--', ...made.call(...aPhase).command));
    return ledgerIn(world, { folder, id: (await timed(made.call('start'))).stdout, env });
  });
}

const aPhase = ['phase', 'run', 'venv_rebuild', '--', 'true'];

/** The program on a ledger in `folder`. */
export function ledgerIn(
  world: World,
  { folder, id, env }: { folder: string; id: string; env: Readonly<Record<string, string>> },
): Ledger {
  const all = {
    ...world.env,
    DEPLOYTRACK_LEDGER: join(folder, 'deployments.db'),
    ...(id === '' ? {} : { DEPLOYTRACK_ID: id }),
    ...env,
  };
  return {
    folder,
    id,
    env: all,
    call: (...words) => ({ command: [world.node.path, world.program, ...words], env: all, folder }),
    with: (other) => ledgerIn(world, { folder, id, env: { ...env, ...other } }),
  };
}

/** Works on a copy of the ledger, which is on disk: its state is the same each time. */
export async function onCopy<Result>(
  world: World,
  original: Ledger,
  work: (copy: Ledger) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(world.folder, 'copy-'));
  try {
    cpSync(original.folder, folder, { recursive: true });
    for (const name of readdirSync(folder)) sync(join(folder, name));
    sync(folder);
    const { DEPLOYTRACK_LEDGER: _ledger, ...env } = original.env;
    return await work(ledgerIn(world, { folder, id: original.id, env }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A first sync by the program would write what was copied. */
function sync(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}
