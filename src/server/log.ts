import type { Context } from '../context.ts';
import { isoTime } from '../model.ts';
import { asciiJson, type Json } from '../report/json.ts';
import type { LogEntry } from './serverContext.ts';

/** Writes one line of JSON to stderr: the time, then the fields of the entry. */
export function writeLog(context: Context, entry: LogEntry): void {
  const { level, message, ...details } = entry;
  const line = { at: isoTime(context.instant().wallMs), level, message, ...details };
  context.stderr.write(`${asciiJson(line as Json)}\n`);
}
