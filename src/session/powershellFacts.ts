import { makeSpool } from '../ledger/journal/makeSpool.ts';
import { callerToken } from '../processes.ts';
import { asciiJson } from '../report/json.ts';
import type { Session } from '../session.ts';
import { atTick } from './shellFacts.ts';

/**
 * One line of JSON for the PowerShell module: what it needs to write marks itself, and cannot know. The journal is a new
 * file for the calling process; null means that the program makes all marks.
 */
export function powershellFacts({ context, settings, store }: Session): string {
  const { wallMs, monotonicSeconds, boot } = atTick(context);
  const caller = callerToken(context);
  const isKnown = context.platform === 'win32' || context.pidNamespace() !== null;
  const canWrite = isKnown && caller !== null && monotonicSeconds !== null && !settings.strict;
  const service = settings.of('service');
  return `${asciiJson({
    journal: canWrite ? makeSpool(store.options, context.uniqueId()) : null,
    clock: `${(wallMs - (monotonicSeconds ?? 0) * 1000).toFixed(3)} ${boot} monotonic`,
    caller,
    service: service?.from === 'file' ? service.text : null,
  })}\n`;
}

/** The line that loads the module at this path. PowerShell also takes typographic quotes as quotes. */
export function importLine(manifest: string): string {
  return `Import-Module '${manifest.replaceAll(/['\u2018-\u201b]/g, '$&$&')}'\n`;
}
