import { defineCommand } from '../cli/define/command.ts';
import { exitsOfMark } from '../cli/define/exits.ts';
import { ofStarts } from '../cli/define/settingLists.ts';
import { startOptions } from '../cli/define/startOptions.ts';
import { type BegunDeployment, beginDeployment, sendBegun } from '../deployments/beginDeployment.ts';
import { joinedRun } from '../deployments/joinedRun.ts';
import { deploymentRow } from '../deployments/resolveDeployment.ts';
import { DeploytrackError } from '../errors.ts';
import { ciFacts } from '../host/ci.ts';
import { callingProcess } from '../processes.ts';
import { shownGateways } from '../push/gateway/gatewayAddress.ts';
import { problemLines } from '../report/messages/warnings.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/** `start`: starts a deployment and prints its ID, and only that, on stdout; `none` if it was refused. */
export const command = defineCommand({
  name: 'start',
  summary: 'start a deployment and print its ID',
  group: 'script',
  examples: [
    'DEPLOYTRACK_ID=$(deploytrack start --deployment gateway --version 1.4)',
    'deploytrack start --deployment gateway --exclusive --wait 10m',
  ],
  options: startOptions,
  settings: ofStarts,
  exits: { ...exitsOfMark, '1': 'refused (--exclusive, --gate, bad version); --strict: recording failed' },
  policy: { onWrongSetting: 'warn', migrates: true, ledger: 'begins', sends: 'bracket' },
  run: async (session: Session, said) => {
    const { context, settings } = session;
    const joined = await joinedRun(session);
    if (joined !== null) {
      context.stdout.write(`${joined}\n`);
      return endCommand(session, { code: 0 });
    }
    try {
      const caller = callingProcess(context);
      const gate = said.gate || said.hotfix !== null ? await import('../gate/gateOf.ts') : null;
      const admit = gate?.gateOf(session, { ...said, wrapped: [] }) ?? null;
      const begun = await beginDeployment(session, { said, caller, callerRole: 'caller', admit });
      const kept = session.warnings.length;
      if (context.env.DEPLOYTRACK_SHELL === '1') {
        const { makeJournal } = await import('../ledger/journal/makeJournal.ts');
        makeJournal(session.store.options);
      }
      context.stdout.write(`${begun.mark.deploymentId}\n`);
      if (settings.of('id-file') !== null) {
        const { writeIdFile } = await import('../deployments/idFile.ts');
        await writeIdFile(session, begun.mark.deploymentId);
      }
      if (context.stderr.isTerminal || ciFacts(context) !== null) await tell(session, begun);
      await sendBegun(session, begun.mark);
      return endCommand(session, { code: 0, kept });
    } catch (error) {
      if (!(error instanceof DeploytrackError) || error.code !== 'REFUSED') throw error;
      context.stdout.write('none\n');
      context.stderr.write(problemLines(error, 'error'));
      return endCommand(session, { code: 1 });
    }
  },
});

/** Prints what was inferred, on a terminal or in a CI log. */
async function tell(session: Session, { facts, mark }: BegunDeployment): Promise<void> {
  const { context, store, settings } = session;
  const row = store.isOpen ? await deploymentRow(session, mark.deploymentId).catch(() => null) : null;
  const gateway = settings.text('gateway');
  const lines = [
    `deployment   ${facts.deployment.value} (${facts.deployment.from})`,
    `environment  ${facts.environment.value} (${facts.environment.from})`,
    `host         ${facts.hostname}`,
    `version      ${facts.version.value} (${facts.version.from})`,
    `previous     ${row?.previousVersion ?? 'none'}`,
    `ledger       ${store.options.ledgerPath}`,
    `gateway      ${gateway === null ? 'none: nothing is sent' : shownGateways(gateway)}`,
  ];
  context.stderr.write(lines.map((message) => problemLines({ message })).join(''));
}
