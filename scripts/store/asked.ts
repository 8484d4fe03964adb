import { processContext } from '../../src/context.ts';
import { connect } from '../../src/fleet/connect.ts';
import { fleetBy } from '../../src/fleet/readFleet.ts';
import { rowsBy } from '../../src/fleet/slice.ts';
import { readStorePhases } from '../../src/fleet/stats/phaseTimes.ts';
import type { Query } from '../../src/fleet/stats/query.ts';
import { readStoreBreakdown } from '../../src/fleet/stats/storeBreakdown.ts';
import { readStoreBudget } from '../../src/fleet/stats/storeBudget.ts';
import { readStoreDelivery } from '../../src/fleet/stats/storeDelivery.ts';
import { readStoreFigures } from '../../src/fleet/stats/storeFigures.ts';
import { readStorePeriod } from '../../src/fleet/stats/storePeriod.ts';
import { readStoreRegressions } from '../../src/fleet/stats/storeRegressions.ts';
import { readStoreSites } from '../../src/fleet/stats/storeSites.ts';
import { storeAddress } from '../../src/fleet/storeAddress.ts';
import { storeGateRows } from '../../src/fleet/storeGateRows.ts';
import type { GateRows } from '../../src/ledger/gate/gateRows.ts';
import { tablesOfHistory } from '../../src/ledger/read/deployments.ts';
import type { LimitedFilter } from '../../src/ledger/read/filter.ts';
import { isoTime } from '../../src/model.ts';
import { typed } from './plan.ts';

export interface Asked {
  readonly name: string;
  /** What is typed. */
  readonly words: readonly string[];
  /** The same by the code of the command. */
  readonly ask: (query: Query) => Promise<unknown>;
}

const day = 86_400_000;

/** What a benchmark and a test ask of a store. `id`: of any deployment. */
export function everyQuestion({ id, nowMs }: { id: string; nowMs: number }): Asked[] {
  const history = (words: readonly string[], filter: LimitedFilter): Asked => ({
    name: ['history --store', ...words].join(' '),
    words: ['history', '--store', ...words],
    ask: (query) => rowsBy(query, { filter: { limit: 10, ...filter }, tables: tablesOfHistory() }),
  });
  const show = (word: string): Asked => ({
    name: `show ${word.length > 12 ? '<id>' : word} --store`,
    words: ['show', word, '--store'],
    ask: (query) => rowsBy(query, { filter: { limit: 10 }, words: [word], withEarlier: true }),
  });
  const stats = (words: readonly string[], filter: LimitedFilter): Asked => ({
    name: ['stats --store', ...words].join(' '),
    words: ['stats', '--store', ...words],
    ask: (query) => readStoreFigures(query, filter),
  });
  const since30d = { sinceMs: nowMs - 30 * day };
  return [
    history([], {}),
    history(['--deployment', 'worker'], { deployment: 'worker' }),
    history(['--environment', 'staging'], { environment: 'staging' }),
    history(['--host', 'web-7'], { host: 'web-7' }),
    history(['--status', 'failed'], { status: 'failed' }),
    history(['--status', 'in-progress'], { status: 'in-progress' }),
    history(['--version', '1.2'], { version: '1.2' }),
    history(['--version', 'none'], { version: 'none' }),
    history(['--deployment', 'none'], { deployment: 'none' }),
    show(id),
    show(id.split('-').at(-1) ?? ''),
    show('1.2'),
    {
      name: 'fleet',
      words: ['fleet'],
      ask: (query) => fleetBy(query, { deployment: null, environment: null, host: null }),
    },
    stats(['--since', '30d'], since30d),
    {
      name: 'stats --store --phases --since 30d',
      words: ['stats', '--store', '--phases', '--since', '30d'],
      ask: (query) => readStorePhases(query, since30d),
    },
    {
      name: 'stats --store --by version --since 30d',
      words: ['stats', '--store', '--by', 'version', '--since', '30d'],
      ask: (query) =>
        Promise.all([
          readStoreBreakdown(query, { by: 'version', filter: since30d }),
          readStoreSites(query, {}),
        ]),
    },
    {
      name: 'stats --store --dora',
      words: ['stats', '--store', '--dora'],
      ask: (query) => readStoreDelivery(query, { byHost: false, filter: since30d }),
    },
    {
      name: 'stats --store --budget',
      words: ['stats', '--store', '--budget'],
      ask: (query) => readStoreBudget(query, { fromMs: since30d.sinceMs, untilMs: nowMs }),
    },
    {
      name: 'stats --store --regressions',
      words: ['stats', '--store', '--regressions'],
      ask: (query) => readStoreRegressions(query, since30d),
    },
    {
      name: 'report --store',
      words: ['report', '--store'],
      ask: (query) =>
        readStorePeriod(query, { fromMs: nowMs - 7 * day, untilMs: nowMs, wanted: {}, mostBad: 20 }),
    },
    {
      name: 'gate --store',
      words: [
        'gate',
        '--store',
        '--deployment',
        'shop',
        '--environment',
        'production',
        '--hotfix',
        'x',
        '--triggered-by',
        'x',
      ],
      ask: (query) =>
        askGate(storeGateRows(query, { host: undefined, own: null, knows: () => false }), nowMs),
    },
  ];
}

function askGate(rows: GateRows, nowMs: number): Promise<unknown> {
  const site = { deployment: 'shop', environment: 'production' };
  const [from, to] = [nowMs - 30 * day, nowMs].map(isoTime) as [string, string];
  return Promise.all([
    rows.freezes({ site, now: to }),
    rows.budget({ ...site, fromMs: nowMs - 30 * day, untilMs: nowMs }),
    rows.outcomes({ site, from: isoTime(nowMs - day / 24), to }),
    rows.lastMigration({ site, from, to }),
  ]);
}

/** The statements that a question sends, with their values in place. */
export async function statementsOf(url: string, { ask }: Asked): Promise<string[]> {
  const connection = await connect(processContext(), storeAddress(url), { timeoutMs: 10_000 });
  const sent: string[] = [];
  try {
    await ask(async (text, values) => {
      sent.push(typed(text, values));
      return (await connection.query(text, { values, timeoutMs: 600_000 })).rows;
    });
  } finally {
    connection.close();
  }
  return sent;
}
