import { DeploytrackError } from '../../errors.ts';
import type { StoreFacts } from '../../fleet/openStore.ts';
import type { StoreAddress } from '../../fleet/storeAddress.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { listGroups } from '../../ledger/push/deliveries.ts';
import { ledgerId } from '../../ledger/push/snapshot.ts';
import { countUnfit, overdueChanges, readStoreState } from '../../ledger/sync/changes.ts';
import { isoTime } from '../../model.ts';
import { hasStore } from '../../settings/hasStore.ts';
import { counted } from '../../text/counted.ts';
import type { Check, Examined } from '../check.ts';
import { setAside } from '../copies/setAside.ts';
import { type Finding, isWrong, ok, wrong } from '../finding.ts';

const withinMs = 2000;

export const store: Check = {
  name: 'store',
  title: 'the central store: its address, its schema and rights, and what it lacks',
  find: async (examined) => {
    const { session, sound } = examined;
    // An invalid one is reported with the settings, and a password with the secrets.
    if (!hasStore(session) || session.settings.isInvalid('store')) return [];
    const { storeSetting } = await import('../../fleet/storeSetting.ts');
    try {
      const address = await storeSetting(session);
      if (address === null) return [];
      if (hasNothing(examined) && (await onlyReads(examined, address)))
        return [ok(`the views of the store ${address.shown} can be read; ${address.user} may not write`)];
      const facts = await ask(examined, address);
      return sound === null ? [] : ofLedger(examined, { address, facts, sound });
    } catch (error) {
      if (!(error instanceof DeploytrackError)) throw error;
      if (error.message.startsWith('DEPLOYTRACK_STORE_PASSWORD')) return [];
      return [unusable(error), ...(sound === null ? [] : waiting(sound))];
    }
  },
};

/** Without a ledger there is nothing to send: the account may be that of a reader. */
function hasNothing({ ledger }: Examined): boolean {
  return ledger.database === null && !ledger.findings.some(isWrong);
}

async function onlyReads({ session }: Examined, address: StoreAddress): Promise<boolean> {
  const { readsOnly } = await import('../../fleet/readsOnly.ts');
  return readsOnly(session.context, address, { timeoutMs: withinMs });
}

async function ask({ session, sound }: Examined, address: StoreAddress): Promise<StoreFacts> {
  const { context } = session;
  const { examineStore } = await import('../../fleet/examineStore.ts');
  const id = sound === null ? '' : ledgerId(sound);
  return examineStore(context, address, { ledgerId: id, timeoutMs: withinMs });
}

function unusable({ message, hint = 'correct the setting' }: DeploytrackError): Finding {
  return wrong({ message, meaning: 'rows stay in the ledger until the store can be used', fix: hint });
}

/** What waits is the same problem. */
function waiting(sound: Database): Finding[] {
  const { count, since } = overdueChanges(sound);
  return count === 0 ? [] : [ok(`${unsent(count, since)} in the ledger`)];
}

function unsent(count: number, since: number | null): string {
  return `${counted(count, 'change')} not sent to the store, the first of ${isoTime(since ?? 0)}, ${count === 1 ? 'waits' : 'wait'}`;
}

async function ofLedger(
  examined: Examined,
  { address, facts, sound }: { address: StoreAddress; facts: StoreFacts; sound: Database },
): Promise<Finding[]> {
  const { otherHost } = await import('../../fleet/agree.ts');
  const { context } = examined.session;
  const state = readStoreState(sound);
  const other = otherHost({ context, state, facts });
  const overdue = overdueChanges(sound);
  const refused = countUnfit(sound);
  const found = [
    ...(other === null ? [] : [copied(examined, { other, sound })]),
    ...(overdue.count === 0 || state === null ? [] : [late(overdue, { state, address })]),
    ...(refused === 0 ? [] : [refusedRows(refused)]),
  ];
  if (found.length > 0) return found;
  return [
    ok(
      `the store ${address.shown} ${facts.ledger === null ? 'has nothing of this ledger yet' : 'has all of this ledger'}`,
    ),
  ];
}

function late(
  { count, since }: ReturnType<typeof overdueChanges>,
  { state, address }: { state: NonNullable<ReturnType<typeof readStoreState>>; address: StoreAddress },
): Finding {
  const { failures, retryAt, lastError, failedAt } = state;
  const message = `${unsent(count, since)} in the ledger`;
  const isOther = failedAt !== null && failedAt !== address.shown;
  if (failures === 0) return ok(message, 'run `deploytrack sync` to send them');
  return wrong({
    message: `${message}; ${counted(failures, 'failure')} so far, the last: ${lastError}`,
    meaning: `other hosts do not see them; \`finish\` tries again${isOther ? '' : ` after ${isoTime(retryAt)}`}`,
    fix: 'run `deploytrack sync` to send them now',
  });
}

function refusedRows(count: number): Finding {
  return wrong({
    message: `the store has refused ${counted(count, 'change')} of this ledger`,
    meaning: 'these deployments are missing there, or are there as they were before',
    fix: 'run `deploytrack sync` to see the reason, and to send them again',
  });
}

function copied({ session }: Examined, { other, sound }: { other: string; sound: Database }): Finding {
  const [group] = listGroups(sound, { deploymentId: null });
  return wrong({
    message: `this ledger is also used on ${other}, which has sent rows to the store`,
    meaning: 'two hosts with one ledger ID cannot be told apart in the store',
    fix:
      group === undefined
        ? 'move the ledger of one of them away'
        : `on the host that is the copy, run \`${setAside(session, group)}\``,
  });
}
