import { fileStat } from '../files/fileStat.ts';
import { mayNotLast, relativeSetting } from '../session/openSession.ts';
import type { Session } from '../session.ts';
import { accountsPlace } from '../settings/accountsLedger.ts';
import { callersLedger } from '../settings/callersLedger.ts';
import { hostsLedger, ledgerPath } from '../settings/ledgerPath.ts';
import type { Finding } from './doctorFinding.ts';

/** Where the ledger lies, and what other one this host has. */
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
        message: `this host has a second ledger, ${other}: what it holds is not in this one`,
        mend: `--ledger ${other} names it; \`deploytrack export\` and \`import\` bring finished deployments from one to the other`,
      });
  return found;
}
