import { readEvents } from '../../ledger/read/eventRows.ts';
import { isoTime } from '../../model.ts';
import type { ChosenFigures } from '../../monitoring/rules/chosenFigures.ts';
import { backtest, longestWindowMs } from '../../monitoring/rules/replay/backtest.ts';
import { emptyHistory, historyOf } from '../../monitoring/rules/replay/historyOf.ts';
import { formatBacktest } from '../../report/backtest.ts';
import { backtestJson } from '../../report/backtestJson.ts';
import { viewOf } from '../../report/view.ts';
import type { Session } from '../../session.ts';
import { readingDatabase } from './readingDatabase.ts';

/** Replays the rules over the ledger's own rows. Without a ledger nothing fired. */
export async function printBacktest(
  session: Session,
  { json, periodMs, chosen }: { json: boolean; periodMs: number; chosen: ChosenFigures },
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
