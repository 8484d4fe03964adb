import { readEvents } from '../ledger/read/eventRows.ts';
import { isoTime } from '../model.ts';
import type { ChosenThresholds } from '../monitoring/rules/chosenThresholds.ts';
import { readingDatabase } from '../report/ledger/readingDatabase.ts';
import { viewOf } from '../report/terminal/view.ts';
import type { Session } from '../session.ts';
import { backtest, longestWindowMs } from './backtest.ts';
import { backtestJson } from './backtestJson.ts';
import { formatBacktest } from './formatBacktest.ts';
import { emptyHistory, historyOf } from './historyOf.ts';

/** Replays the rules over the rows of the ledger. Without a ledger, nothing fires. */
export async function printBacktest(
  session: Session,
  { json, periodMs, chosen }: { json: boolean; periodMs: number; chosen: ChosenThresholds },
): Promise<void> {
  const { context } = session;
  const untilMs = context.instant().wallMs;
  const sinceMs = untilMs - periodMs;
  const database = await readingDatabase(session);
  const since = isoTime(sinceMs - longestWindowMs);
  const history = database === null ? emptyHistory : historyOf(readEvents(database, since));
  database?.close();
  const found = backtest(history, { sinceMs, untilMs, chosen });
  context.stdout.write(json ? backtestJson(found) : formatBacktest(found, await viewOf(context)));
}
