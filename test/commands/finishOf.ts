import { command as finish } from '../../src/commands/finish.ts';
import { applyMark } from '../../src/ledger/marks/apply.ts';
import { startMark } from '../ledger/makeMarks.ts';
import { type TestHost, testHost } from './testSession.ts';

export type Env = Readonly<Record<string, string>>;

/** A host with the open deployment `d1`; the facts about the host are already recorded. */
export async function begun(env: Env = {}, said: Parameters<typeof startMark>[1] = {}): Promise<TestHost> {
  const host = testHost({ env, livingPids: [] });
  const database = await host.command('init').session.store.database();
  applyMark(host.context, { database, mark: startMark(host.context.instant(), said) });
  database.exec("INSERT INTO host_facts VALUES ('boot-1', 'web-1', 'Debian 12', 'cpu', 2, 1, 'now')");
  return host;
}

export async function run(host: TestHost, options: Record<string, string | true> = {}) {
  const { session, code } = await host.run(finish, { id: 'd1', ...options });
  const [row] = await host.rows(
    "SELECT deployment_status AS status, error_message AS error, discarded FROM deployment_metrics WHERE deployment_id = 'd1'",
  );
  return {
    code,
    ...(row as { status: string; error: string | null; discarded: number }),
    warnings: session.warnings.map((one) => one.code),
  };
}
