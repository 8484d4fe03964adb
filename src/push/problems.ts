import type { Warning } from '../errors.ts';
import { noteFailure, noteRefused } from '../ledger/push/backOff.ts';
import type { PendingGroup } from '../ledger/push/deliveries.ts';
import { programVersion } from '../programVersion.ts';
import { type Pushgateway, readGroup, remove } from './gateway/pushgateway.ts';
import type { GroupPush, PushOutcome } from './groupPush.ts';
import type { GivenTime } from './lease.ts';

/** Why a request failed; `given`: how long the gateway had, if the time was up. */
interface Failure {
  readonly line: string;
  readonly given: GivenTime | null;
}

/** No response, or one that is not about the group: no mark tries this gateway for a while. */
export async function failed(task: GroupPush, { line, given }: Failure): Promise<PushOutcome> {
  const { session, gateway, request } = task;
  if (given !== null && wasShort(given, request)) return { warnings: [], gatewayFailed: true };
  const nowMs = session.context.instant().wallMs;
  await session.store.note((database) => noteFailure(database, { url: gateway.url, nowMs, line }));
  const message = `cannot push metrics to ${gateway.url}: ${line}`;
  return {
    warnings: [
      {
        code: 'GATEWAY',
        about: `gateway ${gateway.url}`,
        message,
        hint: 'nothing is lost; the next command or `deploytrack push` tries again',
        failed: 'delivery',
      },
    ],
    gatewayFailed: true,
  };
}

/**
 * A gateway that had less than half of the command's time is not considered failed: other requests used it up. `push` says
 * why it failed, unless almost no time was left.
 */
export function wasShort(
  { limitMs, hadMs }: GivenTime,
  { insist, budgetMs }: Pick<GroupPush['request'], 'insist' | 'budgetMs'>,
): boolean {
  return insist ? limitMs < budgetMs / 10 : hadMs < budgetMs / 2;
}

/** A command that was to push its group could not, although the gateway has not failed. */
export function notPushed(group: PendingGroup): Warning {
  return {
    code: 'GATEWAY',
    message: `the metrics of ${group.deployment}/${group.environment} are not pushed yet: another deploytrack is pushing them, or the time ran out`,
    hint: 'nothing is lost; the next command or `deploytrack push` tries again',
    failed: 'delivery',
  };
}

/** A 400: the group is suspended. */
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

/** The warning about a group that its gateway rejects. */
export function refusal({
  gateway,
  group,
  line,
}: {
  gateway: Pushgateway;
  group: PendingGroup;
  line: string;
}): Warning {
  const message = `the gateway ${gateway.url} rejected the metrics of ${group.deployment}/${group.environment}: ${line}`;
  return {
    code: 'GATEWAY',
    message,
    hint: 'if another group has the same metric with a different type, remove that group; then run `deploytrack push`, which resumes this one',
    failed: 'delivery',
  };
}

/**
 * A rejected push leaves an empty group behind if there was none; one that was ever accepted stays.
 */
async function removeEmptyGroup({ gateway, group, budget }: GroupPush): Promise<void> {
  const reading = await budget.spend((timeoutMs) => readGroup(gateway, { key: group, timeoutMs }));
  if (reading.outcome === 'read' && reading.group.pushedAtSeconds === 0)
    await budget.spend((timeoutMs) => remove(gateway, { key: group, timeoutMs }));
}
