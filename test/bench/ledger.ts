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

/** The ledger of this name, made at its first use. */
export function ledger(world: World, name: string): Promise<Ledger> {
  return world.once(`ledger ${name}`, async () => {
    const folder = mkdtempSync(join(world.folder, `${name}-`));
    const made = ledgerIn(world, { folder, id: '', env: common(world) });
    return ledgerIn(world, { folder, id: (await timed(made.call('start'))).stdout, env: common(world) });
  });
}

/** The same with a history, and with a gateway, which gets a usual group. */
export function pushingLedger(world: World, name: string, gatewayUrl: string): Promise<Ledger> {
  return world.once(`ledger ${name}`, async () => {
    const folder = mkdtempSync(join(world.folder, `${name}-`));
    cpSync(await history(world), folder, { recursive: true });
    const env = { ...common(world), PUSHGATEWAY_URL: gatewayUrl };
    const made = ledgerIn(world, { folder, id: '', env });
    return ledgerIn(world, { folder, id: (await timed(made.call('start'))).stdout, env });
  });
}

/** The deployment whose group is pushed. Each Node has its own: they share a gateway. */
export function deploymentOf({ node }: World): string {
  return `bench-${node.version}`;
}

const common = (world: World) => ({
  DEPLOYTRACK_DEPLOYMENT: deploymentOf(world),
  DEPLOYTRACK_VERSION: '1.0.0',
  // The shell integration finds a journal that it may write to.
  DEPLOYTRACK_SHELL: '1',
});

/** The folder of a ledger with ten deployments: so many of four phases and three tests have the number of series of docs/metrics.md. */
const history = (world: World) =>
  world.once('history', async () => {
    const folder = mkdtempSync(join(world.folder, 'history-'));
    for (let deployment = 0; deployment < 10; deployment += 1) {
      const made = ledgerIn(world, { folder, id: `d${deployment}`, env: common(world) });
      await timed(made.call('start', '--id', made.id));
      for (const words of ['extract', 'venv-rebuild', 'migrate', 'cutover', 'smoke a', 'smoke b', 'smoke c'])
        await timed(made.call(...words.split(' '), '--', 'true'));
      await timed(made.call('finish'));
    }
    return folder;
  });

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
