import { amount, nameOf } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { exitsOfMark } from '../cli/define/exits.ts';
import { ofMarks } from '../cli/define/settingLists.ts';
import { ofDeploymentOption } from '../cli/define/startOptions.ts';
import { ofDeployment, resolveForRecord } from '../deployments/resolveForRecord.ts';
import { amountLimits } from '../model.ts';
import { send } from '../push/pushGroups.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/** `cost <resource> <usd>`: records what a deployment cost. Several costs of one resource add up. */
export const command = defineCommand({
  name: 'cost',
  after: 'error-rate',
  summary: 'record what the deployment cost',
  group: 'script',
  examples: ['deploytrack cost ci-minutes 0.42', 'deploytrack cost vm 12.50 --of 20260114T184500Z-1a2b3c4d'],
  args: {
    resource: nameOf({ help: 'what was paid for, 1 to 200 characters' }),
    usd: amount({ ...amountLimits.usd, help: 'US dollars' }),
  },
  options: { of: ofDeploymentOption },
  settings: ofMarks,
  exits: exitsOfMark,
  policy: { onWrongSetting: 'warn', sends: 'mark' },
  run: async (session: Session, { resource, usd, of }) => {
    const { context, store, warnings } = session;
    const wanted = { of: ofDeployment(of), finishedToo: true };
    const { deploymentId, warnings: unclear } = await resolveForRecord(session, wanted);
    warnings.push(...unclear);
    if (deploymentId === null) return endCommand(session, { code: 0 });
    const [markId, at] = [context.uniqueId(), context.instant()];
    warnings.push(...(await store.record({ kind: 'cost', markId, deploymentId, at, resource, usd })));
    const kept = warnings.length;
    await send(session, { deploymentId, adopt: 'never' });
    return endCommand(session, { code: 0, kept });
  },
});
