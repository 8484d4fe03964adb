import type { FoundFreeze, GateRows } from '../../ledger/gate/gateRows.ts';
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

export type RowRule = (rows: GateRows, question: Question) => Promise<Judgement>;

/** The budget, the success rate and the migrations of the ledger, or of the store. */
export const rowRules: readonly RowRule[] = [rowsOfBudget, rowsOfSuccess, rowsOfMigrations];

async function rowsOfBudget(rows: GateRows, { site, rules, nowMs }: Question): Promise<Judgement> {
  const period = budgetPeriod(rules, nowMs);
  if (period === null) return nothingFound;
  const { fromMs, untilMs, words } = period;
  const use = await rows.budget({ fromMs, untilMs, ...site });
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

async function rowsOfSuccess(rows: GateRows, { site, rules, nowMs }: Question): Promise<Judgement> {
  const { successRate } = rules;
  if (successRate === 0) return nothingFound;
  const outcomes = await rows.outcomes({ site, from: isoTime(nowMs - hourMs), to: isoTime(nowMs) });
  const good = outcomes.filter(({ succeeded }) => succeeded).length;
  const endsAtMs = rateFreeAtMs(outcomes, successRate);
  const ends = `${endsAtMs === null ? 'later' : isoTime(endsAtMs)}, when enough failures are older than an hour`;
  return judgeSuccess(successRate, { good, all: outcomes.length }, { ends, endsAtMs });
}

async function rowsOfMigrations(rows: GateRows, { site, rules, nowMs }: Question): Promise<Judgement> {
  if (rules.failedMigration === 'ignore') return nothingFound;
  const last = await rows.lastMigration({ site, from: isoTime(nowMs - migrationMs), to: isoTime(nowMs) });
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
export async function judgeFreezes(
  rows: GateRows,
  { site, nowMs }: Omit<Question, 'rules'>,
): Promise<Judgement> {
  const freezes = await rows.freezes({ site, now: isoTime(nowMs) });
  return {
    obstacles: freezes.map((freeze) => ({
      rule: 'freeze',
      reason: `frozen since ${freeze.createdAt}${freeze.setBy === null ? '' : ` by ${freeze.setBy}`}: ${freeze.reason}`,
      ends: `${freeze.until}, or with ${howToThaw(freeze)}`,
      endsAtMs: Date.parse(freeze.until),
    })),
    unread: [],
    facts: [],
  };
}

/** The store knows of it with the next `sync`. */
function howToThaw({ freezeId, elsewhere }: FoundFreeze): string {
  const thaw = `\`deploytrack gate thaw ${shellArgument(freezeId)}\``;
  if (elsewhere === undefined) return thaw;
  return `${thaw} and \`deploytrack sync\` on ${elsewhere.hostname ?? 'the host that made it'}`;
}
