import type { Command } from '../../src/cli/define/command.ts';
import type { Parsed } from '../../src/cli/define/parsed.ts';
import { command as gateCommand } from '../../src/commands/gate.ts';
import type { Session } from '../../src/session.ts';
import { testHost } from '../commands/testSession.ts';
import { type LedgerWorld, ledgerWorld } from '../ledger/ledgerWorld.ts';
import { scriptOf } from '../ledger/script.ts';
import type { FakeOverrides } from '../support/context.ts';

type Options = Parsed['options'];

/** What `gate --json` prints. */
export interface Answer {
  readonly verdict: string;
  readonly go: boolean;
  readonly reason: string;
  readonly rules: readonly { rule: string; reason: string; ends: string; ends_at: string | null }[];
  readonly unread: readonly { source: string; problem: string; hint: string | null }[];
  readonly ends_at: string | null;
  readonly pass: string | null;
}

export interface GateWorld extends LedgerWorld {
  /** A deployment that ends; with `migrate` it has a migration with this exit code. */
  deploy(version: string, how?: { code?: number; migrate?: number; environment?: string }): void;
  /** Asks for shop/production unless other names are given. */
  gate(options?: Options): Promise<Answer & { code: number; warnings: string[] }>;
  run(
    command: Command<Session>,
    options?: Options,
    operands?: readonly string[],
  ): Promise<{ code: number; stdout: string }>;
  /** Moves the clock to a time. */
  goTo(time: string | number): void;
}

/** A ledger, and the commands of the gate by the same clock; it begins on a Tuesday. */
export function gateWorld({ env, ...overrides }: FakeOverrides = {}): GateWorld {
  const world = ledgerWorld({ now: '2026-03-10T12:00:00Z' });
  const { context } = world;
  const clock = { instant: () => context.instant(), began: () => context.began() };
  const host = testHost({ ...clock, ...overrides, env: { USER: 'tester', ...env } });
  const run = async (command: Command<Session>, options: Options = {}, operands: readonly string[] = []) => {
    const before = host.context.stdout.text.length;
    const { session, code } = await host.run(command, { ledger: world.path, ...options }, { operands });
    session.store.close();
    return { code, session, stdout: host.context.stdout.text.slice(before) };
  };
  return {
    ...world,
    deploy(version, { code = 0, migrate, environment = 'production' } = {}) {
      const script = scriptOf(world, version);
      script.start({ version, environment });
      if (migrate !== undefined) script.wrap('migration', { code: migrate });
      else world.pass(10);
      script.finish({ exitCode: code });
    },
    async gate(options = {}) {
      const { code, session, stdout } = await run(gateCommand, {
        deployment: 'shop',
        json: true,
        ...options,
      });
      return {
        ...(JSON.parse(stdout) as Answer),
        code,
        warnings: session.warnings.map(({ message }) => message),
      };
    },
    run,
    goTo: (time) => world.pass((new Date(time).getTime() - context.instant().wallMs) / 1000),
  };
}

export const rulesIn = ({ rules }: Answer) => rules.map(({ rule }) => rule);
