import type { Context } from '../context.ts';
import { journalForShell } from '../ledger/journal/makeJournal.ts';
import type { Instant } from '../model.ts';
import type { Session } from '../session.ts';
import { shellArgument } from '../text/shellArgument.ts';

/**
 * Assignments for the shell integration: what it needs to write marks itself, and cannot know. An empty journal means
 * that the program makes all marks.
 */
export function shellFacts({ context, settings, store }: Session, { traps }: { traps: boolean }): string {
  const { wallMs, monotonicSeconds, boot } = atTick(context);
  const namespace = context.pidNamespace();
  const canWrite = namespace !== null && monotonicSeconds !== null && !settings.strict;
  const service = settings.of('service');
  const values = {
    program: 'yes',
    journal: canWrite ? (journalForShell(store.options) ?? '') : '',
    clock: `${(wallMs - (monotonicSeconds ?? 0) * 1000).toFixed(3)} ${boot}`,
    boot: boot ?? '',
    namespace: namespace ?? '',
    default: service?.from === 'file' ? service.text : '',
    settings: settings.filePath ?? '',
    traps: traps ? 'yes' : 'no',
  };
  const lines = Object.entries(values).map(([name, value]) => `__deploytrack_${name}=${quoted(value)}\n`);
  return `${lines.join('')}__deploytrack_at="\${DEPLOYTRACK_LEDGER-}|\${STATE_DIRECTORY-}|\${XDG_STATE_HOME-}|\${HOME-}"\n`;
}

/** The wall clock has whole milliseconds: right after a change it is exact. */
export function atTick(context: Context): Instant {
  const first = context.instant();
  let now = first;
  for (let tries = 0; now.wallMs === first.wallMs && tries < 50_000; tries += 1) now = context.instant();
  return now;
}

function quoted(text: string): string {
  return text === '' ? '' : shellArgument(text);
}
