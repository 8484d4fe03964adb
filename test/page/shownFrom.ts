import { afterAll, beforeAll } from 'vitest';
import { initStore } from '../../src/fleet/initStore.ts';
import { storeAddress } from '../../src/fleet/storeAddress.ts';
import { because } from '../support/because.ts';
import { fakeContext } from '../support/context.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { newProgram, type Program } from '../support/program.ts';
import { type Served, serve } from '../support/serve.ts';

/** Where the page has its deployments from: the ledger of their host, or the store that the host sends them to. */
export const places = because(postgresPrograms === undefined, 'no PostgreSQL')
  ? (['ledger'] as const)
  : (['ledger', 'store'] as const);
export type ShownPlace = (typeof places)[number];

export interface Shown {
  newProgram(): Program;
  /** Starts a server that shows what the program records. */
  serve(program: Program): Promise<Served>;
}

/** To be called within `describe`: a real PostgreSQL for its tests, with a database for each program. */
export function shownFrom(place: ShownPlace): Shown {
  if (place === 'ledger') return { newProgram, serve: (program) => serve({ program }) };
  const store = emptyStores();
  return {
    newProgram: () => hostOf(store.make()),
    serve: ({ env }) =>
      serve({ program: newProgram({ env: { DEPLOYTRACK_STORE_URL: urlIn(env) } }), args: ['--store'] }),
  };
}

/** Makes stores without rows, and returns their URLs. */
export function emptyStores(): { make(): string; postgres(): Postgres } {
  let postgres: Postgres;
  let count = 0;
  beforeAll(async () => {
    postgres = await startPostgres();
    await initStore(fakeContext(), storeAddress(postgres.url));
  }, 60_000);
  afterAll(() => postgres.remove());
  return {
    postgres: () => postgres,
    make() {
      count += 1;
      postgres.rows(`CREATE DATABASE store_${count} TEMPLATE postgres`);
      return postgres.url.replace(/postgres$/, `store_${count}`);
    },
  };
}

/** A program that sends each of its marks to a store at once, with as much time as a busy machine takes. */
export function hostOf(url: string): Program {
  const program = newProgram();
  const store = { DEPLOYTRACK_STORE_URL: url };
  const sent = async <End>(end: End): Promise<End> => {
    await program.quiet(['sync'], { env: store });
    return end;
  };
  return {
    ...program,
    env: { ...program.env, ...store },
    run: async (args, how) => sent(await program.run(args, how)),
    quiet: async (args, how) => sent(await program.quiet(args, how)),
  };
}

function urlIn(env: Readonly<Record<string, string>>): string {
  return env.DEPLOYTRACK_STORE_URL ?? '';
}
