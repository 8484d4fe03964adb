import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandData } from '../../src/cli/define/command.ts';
import { commandTable } from '../../src/cli/table/commands.ts';
import type { Context } from '../../src/context.ts';
import type { Database } from '../../src/ledger/file/addon.ts';
import { Store } from '../../src/ledger/store.ts';
import { declareGroup } from '../../src/ledger/totals/declareGroup.ts';
import { groupId, Totals, touchGroup } from '../../src/ledger/totals/totals.ts';
import type { GroupKey } from '../../src/model.ts';
import { pushGroups } from '../../src/push/pushGroups.ts';
import type { Session } from '../../src/session.ts';
import { Settings } from '../../src/settings/settings.ts';
import { fakeContext } from '../support/context.ts';

const keyOf = (deployment: string) => ({ instance: 'host-a', deployment, environment: 'production' });
const nothingDeclared = { services: [], stages: [], tests: [], resources: [], checkTypes: [] };
const nothingElse = { service: 'app', declare: nothingDeclared, wallMs: 0 };

/**
 * An account with a ledger of its own on disk, which counts and pushes in this process as every command does.
 */
export interface Account {
  /** Counts this many deployments of each group, each with this duration, as one mark. */
  count(deployments: number, seconds: number): Promise<void>;
  /** `begin`: like `start` and `push`, which read existing totals; `mark`: without reading them. */
  deliver(how: 'begin' | 'mark'): Promise<void>;
  /** Moves its clock. */
  wait(ms: number): void;
  /** Saves a copy of the ledger file. */
  backUp(): void;
  /** Restores that copy; false if there is none. */
  restore(): boolean;
  close(): void;
}

export function newAccount(of: {
  folder: string;
  name: string;
  gatewayUrl: string;
  /** The same name: another process with the same ledger. */
  ledger?: string;
  deployments?: readonly string[];
}): Account {
  const path = join(of.folder, `${of.ledger ?? of.name}.db`);
  const keys = (of.deployments ?? ['app']).map(keyOf);
  const context = fakeContext({ uniqueId: ids(of.name) });
  let store = open(context, path);
  const write = async (work: (database: Database) => void) => {
    (await store.database()).pragma('synchronous = OFF'); // tests need no durability
    await store.write(work);
  };
  const reopen = () => {
    store.close();
    store = open(context, path);
  };
  let isKept = false;
  return {
    count: (deployments, seconds) =>
      write((database) => {
        for (const key of keys) addDeployments(database, { key, deployments, seconds });
      }),
    async deliver(how) {
      if (how === 'begin')
        await write((database) => {
          for (const key of keys) declareGroup(database, { key, ...nothingElse });
        });
      context.advance(600_000); // longer than any pause after a failure
      const session = sessionOf({ context, store, gatewayUrl: of.gatewayUrl });
      const adopt = how === 'begin' ? 'always' : 'never';
      await pushGroups(session, { deploymentId: null, mostMs: null, budgetMs: 20_000, adopt, insist: false });
    },
    wait: (ms) => context.advance(ms),
    backUp() {
      reopen();
      copyFileSync(path, `${path}.kept`);
      isKept = true;
    },
    restore() {
      if (!isKept) return false;
      reopen();
      for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true });
      copyFileSync(`${path}.kept`, path);
      return true;
    },
    close: () => store.close(),
  };
}

function open(context: Context, ledgerPath: string): Store {
  const options = { ledgerPath, fallbackFolders: [], uid: undefined, ledgerTimeoutMs: 2000, migrate: false };
  return new Store(context, options);
}

const pushCommand = commandTable.find(({ name }) => name === 'push') as CommandData;

function sessionOf({
  gatewayUrl,
  ...parts
}: {
  context: Context;
  store: Store;
  gatewayUrl: string;
}): Session {
  const gateway = { text: gatewayUrl, from: 'environment', source: 'PUSHGATEWAY_URL' } as const;
  const set = new Map([['gateway', gateway]] as const);
  const settings = new Settings({ set, declare: nothingDeclared, problems: [] });
  return { ...parts, command: pushCommand, settings, warnings: [] };
}

function addDeployments(
  database: Database,
  added: { key: GroupKey; deployments: number; seconds: number },
): void {
  const id = groupId(database, added.key);
  const totals = new Totals(database, id);
  for (let each = 0; each < added.deployments; each += 1) {
    totals.count('deployment_total', { labels: ['success'] });
    totals.observe('deployment_duration_seconds', { value: added.seconds });
    totals.observe('deployment_stage_duration_seconds', { value: added.seconds, labels: ['app', 'extract'] });
  }
  touchGroup(database, id);
}

function ids(name: string): () => string {
  let next = 0;
  return () => `${name}-${++next}`;
}
