import { optionalText } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { checkOptions, verificationOptions } from '../cli/define/healthOptions.ts';
import { ofMarks } from '../cli/define/settingLists.ts';
import { resolveForRecord } from '../deployments/resolveForRecord.ts';
import { verify } from '../phases/verifyEndpoint.ts';
import { readCheckedPlan } from '../probe/verification/healthPlan.ts';
import { send } from '../push/pushGroups.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/** `health <url>`: checks until the endpoint responds with the expected version; exit 0 healthy, 1 not. */
export const command = defineCommand({
  name: 'health',
  after: 'cutover',
  summary: 'check an endpoint until it responds with the expected version',
  group: 'script',
  examples: [
    'deploytrack health http://localhost:8080/health --timeout 60s',
    'deploytrack health --check-type queue -- ./check-queue.sh',
  ],
  args: { url: optionalText({ help: 'http://…, https://… or tcp://host:port' }) },
  options: { ...checkOptions, ...verificationOptions },
  settings: ofMarks,
  exits: { '0': 'healthy', '1': 'not healthy' },
  wrappedOptional: true,
  policy: { onWrongSetting: 'warn', wraps: 'after-dashes', sends: 'mark' },
  run: async (session: Session, said) => {
    const plan = await readCheckedPlan(session, said);
    const which = await resolveForRecord(session, { of: null, finishedToo: false });
    session.warnings.push(...which.warnings);
    const success = await verify(session, { plan, which, expectVersion: plan.expectVersion });
    await send(session, { deploymentId: which.deploymentId, adopt: 'never' });
    return endCommand(session, { code: success ? 0 : 1 });
  },
});
