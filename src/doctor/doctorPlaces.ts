import { fileStat } from '../files/fileStat.ts';
import { mayNotLast, relativeSetting } from '../session/openSession.ts';
import type { Session } from '../session.ts';
import { accountsPlace } from '../settings/accountsLedger.ts';
import { callersLedger } from '../settings/callersLedger.ts';
import { hostsLedger, ledgerPath } from '../settings/ledgerPath.ts';
import type { Finding } from './doctorFinding.ts';

/** The location of the ledger, and whether this host has a second one. */
export function placeFindings({ context, settings }: Session): Finding[] {
  const place = ledgerPath(context, settings);
  const found: Finding[] = [];
  const doubts = [place.kind === 'temporary' ? mayNotLast(place.path) : null, relativeSetting(settings)];
  for (const doubt of doubts)
    if (doubt !== null) found.push({ good: false, message: doubt.message, mend: doubt.hint ?? '' });
  if (context.platform === 'win32') return found;
  const others = [hostsLedger, accountsPlace(context).path, callersLedger(context)];
  for (const other of new Set(others))
    if (other !== null && other !== place.path && fileStat(other) !== null)
      found.push({
        good: true,
        message: `this host has a second ledger, ${other}, with deployments that are not in this one`,
        mend: `use it with --ledger ${other}, or move finished deployments with \`deploytrack export\` and \`import\``,
      });
  return found;
}
