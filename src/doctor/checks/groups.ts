import type { Database } from '../../ledger/file/addon.ts';
import { seededFrom } from '../../ledger/push/baseline.ts';
import { listGroups, type PendingGroup } from '../../ledger/push/deliveries.ts';
import { ledgerId } from '../../ledger/push/snapshot.ts';
import type { RemoteGroupText } from '../../metrics/parse.ts';
import { isoTime } from '../../model.ts';
import type { Check } from '../check.ts';
import { isNewerThere } from '../copies/isNewerThere.ts';
import { type Finding, isWrong, ok, wrong } from '../finding.ts';
import { heldOf, stateOf } from '../gateway/heldOf.ts';
import { hindered } from '../gateway/hindered.ts';

/** A scrape is recorded once a minute. */
const recentlyMs = 600_000;

/** The state of each group of this ledger on the gateway. */
export const groups: Check = {
  name: 'groups',
  title: 'what the gateway has of each group, and what is not pushed yet',
  find: async (examined) => {
    const { session, sound } = examined;
    const states = await examined.gatewayStates();
    if (sound === null) return [];
    // The check of the gateway reports why it cannot be read, or what keeps it from accepting groups.
    const hinderedUrls = states
      .filter((state) => hindered(examined, state).length > 0)
      .map(({ gateway }) => gateway.url);
    const nowMs = session.context.instant().wallMs;
    return listGroups(sound, { deploymentId: null }).flatMap((group) => {
      const held = heldOf(states, group);
      const found = held === null ? [] : groupFindings(sound, { group, held, nowMs });
      return hinderedUrls.includes(stateOf(states, group)?.gateway.url ?? '')
        ? found.filter((one) => !isWrong(one))
        : found;
    });
  },
};

function groupFindings(
  database: Database,
  { group, held, nowMs }: { group: PendingGroup; held: RemoteGroupText; nowMs: number },
): Finding[] {
  const name = `${group.deployment}/${group.environment} on ${group.instance}`;
  const from = seededFrom(database, group.groupId);
  const state = deliveryOf(database, { group, held });
  const found: Finding[] = [{ ...state, message: `${name}: ${state.message}` }];
  if (from !== null) found.push(ok(`${name}: continues from the totals that ledger ${from} pushed`));
  if (held.exists && group.scrapedAtMs !== null && nowMs - group.scrapedAtMs < recentlyMs)
    found.push(
      wrong({
        message: `${name}: both pushed to the gateway and scraped from \`serve\``,
        meaning: 'Prometheus stores every series twice, and sums are double',
        fix: 'remove one of them from the configuration of Prometheus; to stop pushing, run `deploytrack push --delete && unset PUSHGATEWAY_URL`',
      }),
    );
  return found;
}

function deliveryOf(
  database: Database,
  { group, held }: { group: PendingGroup; held: RemoteGroupText },
): Finding {
  if (held.exists && held.ledgerId !== null && held.ledgerId !== ledgerId(database))
    return wrong({
      message: `another ledger (${held.ledgerId}) pushed this group last; each host should have one ledger`,
      meaning: 'deployments of two ledgers that overlap may lose what was pushed in between',
      fix: 'run `deploytrack push` to continue from its totals',
    });
  if (group.refusedUrl !== null)
    return wrong({
      message: 'the gateway rejected the metrics',
      meaning: 'the group is not pushed again until the gateway, its URL or deploytrack changes',
      fix: 'run `deploytrack push` to try again and to see why',
    });
  if (group.goneAtMs !== null && !held.exists) return ok(`was removed, ${isoTime(group.goneAtMs)}`);
  // The check of copies reports it.
  if (isNewerThere(database, { group, held })) return ok('the gateway has a later state of this ledger');
  if (group.seq > group.deliveredSeq || !held.exists)
    return wrong({
      message: 'not pushed yet',
      meaning: 'dashboards and alerts do not have the newest state of this group',
      fix: 'run `deploytrack push`',
    });
  return ok('delivered');
}
