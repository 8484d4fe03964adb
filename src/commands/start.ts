import { DeploytrackError } from '../errors.ts';
import { findDeployment } from '../ledger/deployments.ts';
import { callingProcess } from '../processes.ts';
import { inWords } from '../report/warnings.ts';
import type { Session } from '../session.ts';
import { flag, type Invocation } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { type Begun, beginDeployment, sendBegun } from './start/beginDeployment.ts';
import { ciFacts } from './start/ci.ts';
import { startFacts } from './start/startFacts.ts';
import { deploymentRow } from './which/whichDeployment.ts';

/** `start`: opens a deployment and prints its id, and only that, on stdout; `none` when it was refused. */
export async function start(session: Session, invocation: Invocation): Promise<number> {
  const { context } = session;
  const joined = await joinedRun(session, invocation);
  if (joined !== null) {
    context.stdout.write(`${joined}\n`);
    return endCommand(session, { code: 0 });
  }
  try {
    const begun = await beginDeployment(session, {
      invocation,
      caller: callingProcess(context),
      callerRole: 'caller',
    });
    const kept = session.warnings.length;
    context.stdout.write(`${begun.mark.deploymentId}\n`);
    if (context.stderr.isTerminal || ciFacts(context) !== null) await tell(session, begun);
    await sendBegun(session, begun.mark);
    return endCommand(session, { code: 0, kept });
  } catch (error) {
    if (!(error instanceof DeploytrackError) || error.code !== 'REFUSED') throw error;
    context.stdout.write('none\n');
    context.stderr.write(`deploytrack: ${inWords(error)}\n`);
    return endCommand(session, { code: 1 });
  }
}

/** Inside `run`, a start of the same deployment and environment is that run's own. */
async function joinedRun(session: Session, invocation: Invocation): Promise<string | null> {
  const runId = session.context.env.DEPLOYTRACK_RUN;
  if (runId === undefined || runId === '' || flag(invocation, 'id')) return null;
  try {
    const facts = startFacts(session);
    const row = findDeployment(await session.store.database(), runId);
    if (row === null || row.status !== 'in-progress') return null;
    if (row.deployment === facts.deployment.value && row.environment === facts.environment.value)
      return runId;
    session.warnings.push({
      code: 'OTHER_RUN',
      message: `this start opens a deployment of its own: the run ${runId} is of ${row.deployment}/${row.environment}`,
    });
  } catch (error) {
    if (error instanceof DeploytrackError && error.code === 'USAGE') throw error;
  }
  return null;
}

/** What was inferred, for whoever looks on: a terminal or a CI's log. */
async function tell(session: Session, { facts, mark }: Begun): Promise<void> {
  const { context, store, settings } = session;
  const row = store.isOpen ? await deploymentRow(session, mark.deploymentId).catch(() => null) : null;
  const lines = [
    `deployment   ${facts.deployment.value} (${facts.deployment.from})`,
    `environment  ${facts.environment.value} (${facts.environment.from})`,
    `host         ${facts.hostname}`,
    `version      ${facts.version.value} (${facts.version.from})`,
    `previous     ${row?.previousVersion ?? 'none'}`,
    `ledger       ${store.options.ledgerPath}`,
    `gateway      ${shownGateway(settings.text('gateway'))}`,
  ];
  context.stderr.write(`${lines.map((line) => `deploytrack: ${inWords({ message: line })}`).join('\n')}\n`);
}

function shownGateway(text: string | null): string {
  if (text === null) return 'none: nothing is sent';
  return text.replace(/^(https?:\/\/)[^/]*@/i, '$1');
}
