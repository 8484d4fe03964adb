import { rmSync } from 'node:fs';
import { alertsArrive } from './alertsArrive.ts';
import { ask, type Parties } from './asking.ts';
import { alertChecks, type Check, panelChecks, userChecks } from './checks.ts';
import { choicesOf, choiceText } from './choices.ts';
import type { Outcome } from './compare.ts';
import { openLedgers } from './ledgers.ts';
import { type Hosts, play } from './play.ts';
import { startServers } from './servers.ts';

export interface Answer extends Outcome {
  readonly id: string;
  readonly what: string;
  /** `$environment=staging`; empty without a selection. */
  readonly choice: string;
}

export interface Verified {
  readonly queries: readonly Answer[];
  readonly alerts: readonly Answer[];
  readonly panels: readonly Answer[];
  readonly arrivals: readonly Answer[];
}

/** Plays the scenario into real servers and compares all of their results with the ledgers. */
export async function verifyMonitoring(root: string, say: (line: string) => void): Promise<Verified> {
  const servers = await startServers(root);
  let hosts: Hosts | undefined;
  try {
    const { gateway, prometheus } = servers;
    say('deployments of two hosts are played through the program');
    hosts = await play({ gatewayUrl: gateway.url, prometheus });
    const atSeconds = await prometheus.newestSampleSeconds('deploytrack_ledger_events_total');
    await holdsTheScenario({ prometheus, atSeconds });
    const files = Object.values(hosts).map(({ ledger }) => ledger);
    const ledgers = openLedgers(files, atSeconds);
    const parties = { prometheus, ledgers, atSeconds };
    say('every query, alert and panel is asked');
    const queries = await answersTo(userChecks(root), parties);
    const alerts = await answersTo(alertChecks(root), parties);
    const panels = await answersTo(panelChecks(root), parties);
    const arrivals = await alertsArrive(servers, ledgers);
    ledgers.close();
    return { queries, alerts, panels, arrivals };
  } finally {
    await servers.stop();
    for (const { folder } of Object.values(hosts ?? {})) rmSync(folder, { recursive: true, force: true });
  }
}

/** The shortest windows of the queries are five minutes: what is older would be missing. */
async function holdsTheScenario({ prometheus, atSeconds }: Omit<Parties, 'ledgers'>): Promise<void> {
  const first = await prometheus.value('min(min_over_time(timestamp(deployment_total)[1h:1s]))', atSeconds);
  const seconds = atSeconds - (first ?? Number.NaN);
  if (!(seconds < 295)) throw new Error(`the scenario took ${seconds} s: windows of 5 min do not hold it`);
}

/** How many queries Prometheus has at a time: most of their time is spent waiting. */
const atOnce = 8;

/** Runs every query with every value of its variables. */
async function answersTo(checks: readonly Check[], parties: Parties): Promise<Answer[]> {
  const asked = checks.flatMap(({ id, what, waits: _, ...question }) =>
    choicesOf(question.expr, parties.ledgers).map((choice) => ({
      id,
      what,
      question: { ...question, choice },
    })),
  );
  const answers: Answer[] = [];
  for (let from = 0; from < asked.length; from += atOnce)
    answers.push(
      ...(await Promise.all(
        asked.slice(from, from + atOnce).map(async ({ id, what, question }) => ({
          id,
          what,
          choice: choiceText(question.choice),
          ...(await ask(question, parties)),
        })),
      )),
    );
  return answers;
}
