import { type FetchResult, fetchText, type Site as Server } from '../../doctor/http/fetchText.ts';
import { objectIn, parsedJson, textIn } from '../../doctor/http/objects.ts';
import { askPrometheus } from '../../doctor/prometheus/api.ts';
import type { Site } from '../../ledger/read/endedSites.ts';
import { isoTime } from '../../model.ts';
import type { AlertFilter } from '../alertFilter.ts';
import { type Judgement, nothingFound } from '../judgement.ts';
import { doctorHint, gateRequest } from './gateRequest.ts';

type Labels = Readonly<Record<string, unknown>>;

/** An alert that fires. */
interface Firing {
  readonly labels: Labels;
  readonly sinceMs: number | null;
}

/** Alerts that fire in an Alertmanager; silenced and inhibited ones do not count. */
export async function judgeAlertmanager(
  server: Server,
  question: { site: Site; filter: AlertFilter },
): Promise<Judgement> {
  const path = '/api/v2/alerts?active=true&silenced=false&inhibited=false&unprocessed=true';
  const result = await fetchText(server, { path, ...gateRequest });
  const firing = firingInAlertmanager(result);
  return 'problem' in firing
    ? unread('alertmanager', `cannot read the Alertmanager ${server.url}: ${firing.problem}`)
    : judgeFiring(firing.alerts, question);
}

function firingInAlertmanager(result: FetchResult): { problem: string } | { alerts: Firing[] } {
  if ('failed' in result) return { problem: result.failed };
  const { status, text } = result.answer;
  if (status !== 200) return { problem: `status ${status}` };
  const parsed = parsedJson(text);
  if (!Array.isArray(parsed)) return { problem: 'the response is not of its API' };
  const alerts = parsed.map(objectIn).filter((one) => objectIn(one.status).state !== 'suppressed');
  return { alerts: alerts.map(({ labels, startsAt }) => firing(labels, startsAt)) };
}

/** Alerts that fire in a Prometheus server, which knows nothing of silences. */
export async function judgePrometheusAlerts(
  server: Server,
  question: { site: Site; filter: AlertFilter },
): Promise<Judgement> {
  const answer = await askPrometheus(server, 'alerts', gateRequest);
  const { alerts } = objectIn('data' in answer ? answer.data : null);
  if ('data' in answer && Array.isArray(alerts)) {
    const found = alerts.map(objectIn).filter(({ state }) => state === 'firing');
    return judgeFiring(
      found.map(({ labels, activeAt }) => firing(labels, activeAt)),
      question,
    );
  }
  const problem = 'problem' in answer ? answer.problem : 'the response is not of its API';
  const hint = doctorHint(server);
  return unread('prometheus', `cannot read the alerts of the Prometheus ${server.url}: ${problem}`, hint);
}

function firing(labels: unknown, since: unknown): Firing {
  const sinceMs = Date.parse(textIn(since));
  return { labels: objectIn(labels), sinceMs: Number.isNaN(sinceMs) ? null : sinceMs };
}

function unread(source: 'prometheus' | 'alertmanager', problem: string, hint?: string): Judgement {
  return { ...nothingFound, unread: [{ source, problem, hint }] };
}

/** One obstacle for each alert, since the first of its series fired. A drill (`rules --drill`) freezes nothing. */
function judgeFiring(
  all: readonly Firing[],
  { site, filter }: { site: Site; filter: AlertFilter },
): Judgement {
  const since = new Map<string, number | null>();
  for (const { labels, sinceMs } of all) {
    const name = textIn(labels.alertname);
    if (filter?.has(name) !== true || labels.drill === 'true' || !isAbout(labels, site)) continue;
    const known = since.get(name) ?? null;
    since.set(name, known === null || (sinceMs !== null && sinceMs < known) ? sinceMs : known);
  }
  const obstacles = [...since].map(([name, sinceMs]) => ({
    rule: 'alert' as const,
    reason: `the alert ${name} fires${sinceMs === null ? '' : ` since ${isoTime(sinceMs)}`}`,
    ends: 'when the alert is resolved',
    endsAtMs: null,
  }));
  return { ...nothingFound, obstacles };
}

/** A label that an alert does not have is not restricted: a gateway that is down is of every deployment. */
function isAbout({ deployment, environment }: Labels, site: Site): boolean {
  return (
    (deployment === undefined || deployment === site.deployment) &&
    (environment === undefined || environment === site.environment)
  );
}
