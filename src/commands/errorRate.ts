import { amount } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { exitsOfMark } from '../cli/define/exits.ts';
import { ofMarks } from '../cli/define/settingLists.ts';
import { ofDeploymentOption } from '../cli/define/startOptions.ts';
import { serviceOf } from '../deployments/resolveDeployment.ts';
import { ofDeployment, resolveForRecord } from '../deployments/resolveForRecord.ts';
import { amountLimits } from '../model.ts';
import { send } from '../push/pushGroups.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/** `error-rate <0..1>`: records the ratio of failed requests after a deployment, measured elsewhere. */
export const command = defineCommand({
  name: 'error-rate',
  after: 'smoke',
  summary: 'record an error rate measured by another tool',
  group: 'script',
  examples: ['deploytrack error-rate 0.002', 'deploytrack error-rate 0.002 --service api'],
  args: { ratio: amount({ ...amountLimits.share, help: '0 to 1: the ratio of failed requests' }) },
  options: { of: ofDeploymentOption },
  settings: ofMarks,
  exits: exitsOfMark,
  policy: { onWrongSetting: 'warn', sends: 'mark' },
  run: async (session: Session, { ratio, of }) => {
    const { context, store, warnings } = session;
    const wanted = { of: ofDeployment(of), finishedToo: false };
    const { deploymentId, warnings: unclear } = await resolveForRecord(session, wanted);
    warnings.push(...unclear);
    if (deploymentId === null) return endCommand(session, { code: 0 });
    const known = { markId: context.uniqueId(), deploymentId, at: context.instant() };
    const mark = { kind: 'error-rate', ...known, service: serviceOf(session), errorRate: ratio } as const;
    warnings.push(...(await store.record(mark)));
    const kept = warnings.length;
    await send(session, { deploymentId, adopt: 'never' });
    return endCommand(session, { code: 0, kept });
  },
});
