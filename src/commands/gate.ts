import { defineCommand } from '../cli/define/command.ts';
import { gateRuleOptions } from '../cli/define/gateOptions.ts';
import { flag, freeText } from '../cli/define/kinds.ts';
import { startOptions } from '../cli/define/startOptions.ts';
import { namedDeployment } from '../deployments/resolveDeployment.ts';
import { startFacts } from '../deployments/startFacts.ts';
import { answerJson, answerLines } from '../gate/answer.ts';
import { decide, rowOf } from '../gate/decide.ts';
import { hotfixBy, readRules } from '../gate/gateRules.ts';
import { type GateLedger, openGateLedger } from '../gate/openLedger.ts';
import { unreadWarnings } from '../gate/passGate.ts';
import { recordDecision } from '../gate/record.ts';
import { typedLine } from '../gate/typedLine.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/** `gate`: whether a deployment may start now. Exit 0 go, 1 frozen. */
export const command = defineCommand({
  name: 'gate',
  after: 'smoke',
  summary: 'say whether a deployment may start now, and why not',
  group: 'script',
  examples: [
    'deploytrack gate --deployment gateway && ./deploy.sh',
    "deploytrack gate --freeze 'Fri 16:00-Mon 08:00 Europe/Berlin' --json",
  ],
  options: {
    hotfix: freeText({ value: 'reason', help: 'pass although frozen, and why' }),
    rollbackOf: startOptions.rollbackOf,
    ...gateRuleOptions,
    json: flag({ help: 'print one line of JSON' }),
  },
  settings: ['version', 'triggered-by', 'deployment', 'environment', 'id', 'ledger', 'strict', 'warnings'],
  exits: {
    '0': 'go',
    '1': 'frozen, or a rule cannot be read and --on-error is block; --strict: not recorded',
  },
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run', migrates: true },
  run: async (session: Session, { hotfix, rollbackOf, json, wrapped, ...given }) => {
    const by = hotfixBy(session, hotfix);
    const rules = readRules(session, given, { strictly: true });
    const named = await namedDeployment(session);
    const deploymentId = named?.deploymentId ?? null;
    const inferred = deploymentId === null ? inferredSubject(session) : null;
    const ledger = await openGateLedger(session);
    const { version, ...site } = inferred ?? subject(session, ledger, deploymentId);
    const question = { site, version, deploymentId, rollbackOf, hotfix, triggeredBy: by };
    const decided = await decide(session, { question, rules, ledger });
    ledger.database?.close();
    const pass = typedLine(session, wrapped);
    const { stdout } = session.context;
    const local = stdout.isTerminal;
    stdout.write(json ? answerJson(decided, pass) : answerLines(decided, { pass, local }));
    session.warnings.push(...unreadWarnings(decided));
    await recordDecision(session, decided, ledger);
    return endCommand(session, { code: decided.decision.passed ? 0 : 1 });
  },
});

interface Subject {
  readonly deployment: string;
  readonly environment: string;
  readonly version: string | null;
}

/** What is asked about: what was given, otherwise the deployment in progress, otherwise what `start` would infer. */
function subject(session: Session, { database }: GateLedger, deploymentId: string | null): Subject {
  const { settings } = session;
  const row = database === null || deploymentId === null ? null : rowOf(database, deploymentId);
  if (row !== null && !row.fragment) {
    const deployment = settings.text('deployment') ?? row.deployment;
    const environment = settings.text('environment') ?? row.environment;
    return { deployment, environment, version: row.version };
  }
  return inferredSubject(session);
}

function inferredSubject(session: Session): Subject {
  const facts = startFacts(session, { needsVersion: false });
  const { value } = facts.version;
  const version = value === 'unknown' ? null : value;
  return { deployment: facts.deployment.value, environment: facts.environment.value, version };
}
