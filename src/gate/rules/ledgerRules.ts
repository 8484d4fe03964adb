import { readBudget } from '../../ledger/analytics/budget.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { type Freeze, freezesOf } from '../../ledger/gate/freezes.ts';
import { lastMigration, outcomesIn } from '../../ledger/gate/outcomes.ts';
import type { Site } from '../../ledger/read/endedSites.ts';
import { isoTime } from '../../model.ts';
import { shellArgument } from '../../text/shellArgument.ts';
import type { GateRules } from '../gateRules.ts';
import { type Judgement, nothingFound } from '../judgement.ts';
import { budgetFreeAtMs, budgetPeriod, judgeBudget } from './budget.ts';
import { hourMs, judgeSuccess, rateFreeAtMs } from './successRate.ts';

interface Question {
  readonly site: Site;
  readonly rules: GateRules;
  readonly nowMs: number;
}

const migrationMs = 30 * 86_400_000;

/** The budget, the success rate and the migrations of the ledger. */
export const rowRules: readonly ((database: Database, question: Question) => Judgement)[] = [
  rowsOfBudget,
  rowsOfSuccess,
  rowsOfMigrations,
];

function rowsOfBudget(database: Database, { site, rules, nowMs }: Question): Judgement {
  const period = budgetPeriod(rules, nowMs);
  if (period === null) return nothingFound;
  const { fromMs, untilMs, words } = period;
  const [use] = readBudget(database, { fromMs, untilMs, ...site });
  const spent = use?.spent ?? [];
  const freeAtMs = period.endsAtMs ?? budgetFreeAtMs(spent, rules.errorBudget);
  const why =
    period.endsAtMs === null ? 'when enough failures are older than 30 days' : 'when the month ends';
  return judgeBudget(
    rules,
    {
      used: use?.used ?? 0,
      deployments: use?.deployments ?? 0,
      versions: spent.map(({ version }) => version),
    },
    { words, ends: { ends: freeAtMs === null ? why : `${isoTime(freeAtMs)}, ${why}`, endsAtMs: freeAtMs } },
  );
}

function rowsOfSuccess(database: Database, { site, rules, nowMs }: Question): Judgement {
  const { successRate } = rules;
  if (successRate === 0) return nothingFound;
  const outcomes = outcomesIn(database, { site, from: isoTime(nowMs - hourMs), to: isoTime(nowMs) });
  const good = outcomes.filter(({ succeeded }) => succeeded).length;
  const endsAtMs = rateFreeAtMs(outcomes, successRate);
  const ends = `${endsAtMs === null ? 'later' : isoTime(endsAtMs)}, when enough failures are older than an hour`;
  return judgeSuccess(successRate, { good, all: outcomes.length }, { ends, endsAtMs });
}

function rowsOfMigrations(database: Database, { site, rules, nowMs }: Question): Judgement {
  if (rules.failedMigration === 'ignore') return nothingFound;
  const last = lastMigration(database, { site, from: isoTime(nowMs - migrationMs), to: isoTime(nowMs) });
  if (last?.status !== 'failure') return nothingFound;
  const { version, finishedAt } = last;
  const endsAtMs = Date.parse(finishedAt) + migrationMs + 1;
  return {
    obstacles: [
      {
        rule: 'migration',
        reason: `the last migration failed (${version}, ${finishedAt})`,
        ends: `when a migration succeeds, at the latest ${isoTime(endsAtMs)}`,
        endsAtMs,
      },
    ],
    unread: [],
    facts: [],
  };
}

/** The freezes that persons have set. */
export function judgeFreezes(database: Database, { site, nowMs }: Omit<Question, 'rules'>): Judgement {
  const freezes = freezesOf(database, { site, now: isoTime(nowMs) });
  return {
    obstacles: freezes.map(({ freezeId, createdAt, until, reason, setBy }: Freeze) => ({
      rule: 'freeze',
      reason: `frozen since ${createdAt}${setBy === null ? '' : ` by ${setBy}`}: ${reason}`,
      ends: `${until}, or with \`deploytrack gate thaw ${shellArgument(freezeId)}\``,
      endsAtMs: Date.parse(until),
    })),
    unread: [],
    facts: [],
  };
}
