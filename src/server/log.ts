import type { Context } from '../context.ts';
import { isoTime } from '../model.ts';
import { asciiJson, type Json } from '../report/json.ts';
import { problemLines } from '../report/messages/warnings.ts';
import type { LogEntry } from './serverContext.ts';

/** Writes one line of JSON to stderr: the time, then the fields of the entry. A terminal gets the URL and problems, as text. */
export function writeLog(context: Context, entry: LogEntry): void {
  if (context.stderr.isTerminal) {
    const text = textOf(entry);
    if (text !== '') context.stderr.write(text);
    return;
  }
  const { level, message, ...details } = entry;
  const line = { at: isoTime(context.instant().wallMs), level, message, ...details };
  context.stderr.write(`${asciiJson(line as Json)}\n`);
}

/** Empty for what a person need not see. */
function textOf(entry: LogEntry): string {
  const { level, message, hint, ...details } = entry;
  if (message === 'listening') return greeting(entry);
  if (level === 'info') return '';
  const rest = Object.entries(details).map(([name, value]) => `${name} ${value}`);
  return problemLines(
    {
      message: rest.length === 0 ? message : `${message} (${rest.join(', ')})`,
      ...(hint === undefined ? {} : { hint: String(hint) }),
    },
    level,
  );
}

function greeting({ address, sample }: LogEntry): string {
  const url = String(address).replace('//*:', '//localhost:');
  const label = sample === undefined ? '' : `${String(sample)}\n`;
  return `${label}Web UI: ${url}/   metrics: ${url}/metrics   health: ${url}/health   (Ctrl-C ends)\n`;
}
