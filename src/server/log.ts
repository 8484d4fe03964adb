import type { Context } from '../context.ts';
import { isoTime } from '../model.ts';
import { asciiJson, type Json } from '../report/json.ts';
import type { LogEntry } from './serverContext.ts';

/** One line of JSON on stderr: the time first, then what the entry says. */
export function writeLog(context: Context, entry: LogEntry): void {
  const { level, message, ...details } = entry;
  const line = { at: isoTime(context.instant().wallMs), level, message, ...details };
  context.stderr.write(`${asciiJson(line as Json)}\n`);
}
