import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Command, CommandData } from '../../src/cli/define/command.ts';
import type { Parsed } from '../../src/cli/define/parsed.ts';
import { readInput } from '../../src/cli/define/readInput.ts';
import { commandTable } from '../../src/cli/table/commands.ts';
import { openSession } from '../../src/session/openSession.ts';
import type { Session } from '../../src/session.ts';
import { type FakeContext, type FakeOverrides, fakeContext } from '../support/context.ts';

type Options = Parsed['options'];

/** One host: a folder of its own with its ledger, and a context that no other test uses. */
export interface TestHost {
  readonly context: FakeContext;
  readonly folder: string;
  readonly ledger: string;
  /** What a command of this host gets: its session and what the user typed. */
  command(name: string, options?: Options, typed?: Partial<Parsed>): { session: Session; parsed: Parsed };
  /** Runs a command as the program does; the session has its warnings. */
  run(
    command: Command<Session>,
    options?: Options,
    typed?: Partial<Parsed>,
  ): Promise<{ session: Session; code: number }>;
  rows(sql: string): Promise<Record<string, unknown>[]>;
}

export function testHost(overrides: FakeOverrides = {}): TestHost {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-command-'));
  const ledger = join(folder, 'state', 'deployments.db');
  const context = fakeContext({
    cwd: folder,
    uid: process.getuid?.(),
    ...overrides,
    // No settings of the host that runs the tests, which may name a real gateway.
    env: { DEPLOYTRACK_SETTINGS_ROOT: folder, ...overrides.env },
  });
  const opened: Session[] = [];
  onTestFinished(() => {
    for (const session of opened) session.store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const command: TestHost['command'] = (name, options = {}, typed = {}) => {
    const parsed: Parsed = {
      name,
      operands: [],
      wrapped: [],
      ...typed,
      options: { ledger, 'ledger-timeout': '100ms', ...options },
    };
    const session = openSession(context, {
      command: commandTable.find((one) => one.name === name) as CommandData,
      options: parsed.options,
    });
    opened.push(session);
    return { session, parsed };
  };
  return {
    context,
    folder,
    ledger,
    command,
    async run(record, options, typed) {
      const { session, parsed } = command(record.name, options, typed);
      const setting = (name: string) => session.settings.ofOption(name)?.text ?? null;
      return { session, code: await record.run(session, readInput(record, parsed, setting)) };
    },
    async rows(sql) {
      const { session } = command('init');
      return (await session.store.database()).prepare(sql).all() as Record<string, unknown>[];
    },
  };
}
