import type { Warning } from '../errors.ts';
import { noteFailure } from '../ledger/push/backOff.ts';
import { noteRefused, type PendingGroup } from '../ledger/push/deliveries.ts';
import { programVersion } from '../programVersion.ts';
import { type Pushgateway, readGroup, remove } from './gateway/pushgateway.ts';
import type { GroupPush, PushOutcome } from './groupPush.ts';

/** Why a request failed; `hadMs`: how long the gateway had, where the time was up. */
interface Failure {
  readonly line: string;
  readonly hadMs: number | null;
}

/**
 * No answer, or one that is no verdict on the group: no mark tries this gateway for a while. A gateway that had less than
 * half of the command's time is not told to have failed: others, or we, have used it up.
 */
export async function failed(task: GroupPush, { line, hadMs }: Failure): Promise<PushOutcome> {
  const { session, gateway, request } = task;
  if (hadMs !== null && hadMs < request.budgetMs / 2 && !request.insist)
    return { warnings: [], gatewayFailed: true };
  const nowMs = session.context.instant().wallMs;
  await session.store.note((database) => noteFailure(database, { url: gateway.url, nowMs, line }));
  const message = `the gateway ${gateway.url} did not take the metrics: ${line}`;
  return {
    warnings: [
      {
        code: 'GATEWAY',
        message,
        hint: 'all is in the ledger; the next command or `deploytrack push` delivers it',
        failed: 'delivery',
      },
    ],
    gatewayFailed: true,
  };
}

/** The end of a command that was to deliver its group and could not, though the gateway has not failed. */
export function notPushed(group: PendingGroup): Warning {
  return {
    code: 'GATEWAY',
    message: `the metrics of ${group.deployment}/${group.environment} are not delivered yet: another deploytrack is sending them, or the time was up`,
    hint: 'all is in the ledger; the next command or `deploytrack push` delivers it',
    failed: 'delivery',
  };
}

/** A 400: the group is closed. */
export async function refused(task: GroupPush, line: string): Promise<PushOutcome> {
  const { session, gateway, group, request } = task;
  await removeEmptyGroup(task);
  const isNew = await session.store.note((database) =>
    noteRefused(database, { groupId: group.groupId, url: gateway.url, version: programVersion, line }),
  );
  return {
    warnings: isNew || request.insist ? [refusal({ gateway, group, line })] : [],
    gatewayFailed: false,
  };
}

/** What is told of a group that its gateway does not take. */
export function refusal({
  gateway,
  group,
  line,
}: {
  gateway: Pushgateway;
  group: PendingGroup;
  line: string;
}): Warning {
  const message = `the gateway ${gateway.url} refused the metrics of ${group.deployment}/${group.environment}: ${line}`;
  return {
    code: 'GATEWAY',
    message,
    hint: 'not sent again until `deploytrack push`; the group named above holds another type',
    failed: 'delivery',
  };
}

/** A refused push leaves an empty group behind where there was none; one that was ever accepted stays, whoever pushed it. */
async function removeEmptyGroup({ gateway, group, budget }: GroupPush): Promise<void> {
  const reading = await budget.spend((timeoutMs) => readGroup(gateway, { key: group, timeoutMs }));
  if (reading.outcome === 'read' && reading.group.pushedAtSeconds === 0)
    await budget.spend((timeoutMs) => remove(gateway, { key: group, timeoutMs }));
}
