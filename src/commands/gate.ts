import { defineCommand } from '../cli/define/command.ts';
import { gateRuleOptions } from '../cli/define/gateOptions.ts';
import { flag, freeText } from '../cli/define/kinds.ts';
import { fromStore, onHost } from '../cli/define/reportOptions.ts';
import { startOptions } from '../cli/define/startOptions.ts';
import { namedDeployment } from '../deployments/resolveDeployment.ts';
import { startFacts } from '../deployments/startFacts.ts';
import { asProblem, usageError } from '../errors.ts';
import { answerJson, answerLines } from '../gate/answer.ts';
import { type Decided, decide, rowOf } from '../gate/decide.ts';
import { hotfixBy, readRules } from '../gate/gateRules.ts';
import { type GateLedger, ledgerRows, openGateLedger } from '../gate/openLedger.ts';
import { unreadWarnings } from '../gate/passGate.ts';
import { recordDecision } from '../gate/record.ts';
import { typedLine } from '../gate/typedLine.ts';
import { hasFreeze } from '../ledger/gate/freezes.ts';
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
    store: {
      ...fromStore,
      help: 'judge the deployments of all hosts in the central store, which is only read',
    },
    host: { ...onHost, help: 'with --store: only those of this host' },
    json: flag({ help: 'print one line of JSON' }),
  },
  settings: ['version', 'triggered-by', 'deployment', 'environment', 'id', 'ledger', 'strict', 'warnings'],
  exits: {
    '0': 'go',
    '1': 'frozen, or a rule cannot be read and --on-error is block; --strict: not recorded',
  },
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run', migrates: true },
  run: async (session: Session, { hotfix, rollbackOf, store, host, json, wrapped, ...given }) => {
    const by = hotfixBy(session, hotfix);
    const rules = readRules(session, given, { strictly: true });
    const named = await namedDeployment(session);
    const deploymentId = named?.deploymentId ?? null;
    const inferred = deploymentId === null ? inferredSubject(session) : null;
    const ledger = await openGateLedger(session, { isOptional: store !== null });
    const { version, ...site } = inferred ?? subject(session, ledger, deploymentId);
    const question = { site, version, deploymentId, rollbackOf, hotfix, triggeredBy: by };
    if (host !== null && store === null)
      throw usageError('gate: --host can only be used with --store', 'omit it: a ledger is that of its host');
    const decided =
      store === null
        ? await decide(session, { question, rules, ledger })
        : await decideByStore(session, { said: store, host, asked: { question, rules, ledger } });
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

/** The rules read the store; what is stored of the decision is in the ledger of this host, as always. */
async function decideByStore(
  session: Session,
  {
    said,
    host,
    asked,
  }: { said: string | true; host: string | null; asked: Omit<Parameters<typeof decide>[1], 'rows'> },
): Promise<Decided> {
  const { queryStore } = await import('../fleet/queryStore.ts');
  const { storeGateRows, unreadableRows } = await import('../fleet/storeGateRows.ts');
  const { database } = asked.ledger;
  const own = ledgerRows(session, asked.ledger);
  const knows = (freezeId: string) => database !== null && hasFreeze(database, freezeId);
  const judged = { host: host?.toLowerCase(), own, knows };
  try {
    return await queryStore(session, said, (query) =>
      decide(session, { ...asked, rows: storeGateRows(query, judged) }),
    );
  } catch (error) {
    const problem = asProblem(error);
    if (problem?.code !== 'STORE' && problem?.code !== 'INSTALLATION') throw error;
    return decide(session, { ...asked, rows: unreadableRows(problem) });
  }
}

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
