import { usageError } from '../../errors.ts';
import type { AlertRule } from '../../monitoring/rules/alertRule.ts';
import { knownAlert } from '../../monitoring/rules/chosenThresholds.ts';
import { configuredGateways } from '../../push/gateway/configuredGateways.ts';
import { rank } from '../../push/shards/rank.ts';
import { asciiJson } from '../../report/json.ts';
import { printLine } from '../../report/messages/print.ts';
import type { Session } from '../../session.ts';
import { formatSeconds } from '../../text/figures.ts';
import { gatewayCurl } from '../gateway/curl.ts';
import { alertmanagerSite } from './alertmanager.ts';
import { type Drill, type DrillEnd, removeLeftOver, runDrill } from './drill.ts';
import { type DrillKey, drillPath } from './drillGroup.ts';
import { heldSignals } from './interruption.ts';

export interface DrillInput {
  readonly alert: string;
  readonly alertmanager: string | null;
  readonly withinMs: number;
  readonly json: boolean;
}

/** Longer than any pair of scrape and evaluation intervals; the copy must end by itself soon if the drill is killed. */
const longestMs = 3_600_000;

/** `rules --drill`. Returns 0 if the copy arrived and a receiver is notified, otherwise 1. */
export async function printDrill(session: Session, { json, ...input }: DrillInput): Promise<number> {
  const { context, settings } = session;
  const rule = knownAlert(input.alert, '--drill');
  // It promises that nothing is sent; the rest of `rules` sends nothing.
  if (context.env.DEPLOYTRACK_DISABLED === '1')
    throw usageError('rules: --drill sends nothing with DEPLOYTRACK_DISABLED=1', 'unset it for the drill');
  const { alertmanager } = input;
  if (alertmanager === null)
    throw usageError(
      'rules: --drill needs --alertmanager',
      'use for example `--alertmanager http://alertmanager:9093`',
    );
  if (input.withinMs <= 0 || input.withinMs > longestMs)
    throw usageError('invalid duration for --within; expected more than 0 and at most 1h');
  const key = keyOf(session, rule);
  const [gateway] = rank(await configuredGateways(session), key.instance);
  if (gateway === undefined)
    throw usageError(
      'rules: --drill needs a gateway',
      'use --gateway http://host:9091, or set PUSHGATEWAY_URL',
    );
  const interruption = heldSignals(context);
  try {
    const site = alertmanagerSite(context, alertmanager);
    const drill: Drill = {
      context,
      key,
      gateway,
      alertmanager: site,
      withinMs: input.withinMs,
      interruption,
    };
    const timeoutMs = settings.durationMs('adopt-timeout');
    for (const { alert } of await removeLeftOver(drill, { timeoutMs }))
      printLine(context, `removed a drill of ${alert} that an earlier run left on the gateway`);
    const limit = formatSeconds(input.withinMs / 1000);
    printLine(context, `raising a copy of ${rule.name}; waiting at most ${limit} for ${site.url}`);
    const end = await runDrill(drill);
    const signal = interruption.signal();
    // The signal ends the process below, before warnings are shown.
    if (signal !== null) printLine(context, stoppedText({ signal, rule, end }));
    else report(session, { drill, rule, end, json });
    return end.arrived !== null && end.arrived.suppressedBy === null ? 0 : 1;
  } finally {
    interruption.release();
  }
}

function keyOf({ context, settings }: Session, { name }: AlertRule): DrillKey {
  return {
    alert: name,
    instance: settings.text('instance') ?? context.hostName(),
    deployment: settings.text('deployment') ?? 'drill',
    environment: settings.value('environment'),
  };
}

interface Told {
  readonly drill: Drill;
  readonly rule: AlertRule;
  readonly end: DrillEnd;
  readonly json: boolean;
}

function report(session: Session, told: Told): void {
  const { context, warnings } = session;
  const { drill, end } = told;
  if (told.json) context.stdout.write(`${asciiJson(drillJson(told))}\n`);
  else if (end.arrived !== null) context.stdout.write(`${arrivedText(told, end.arrived)}\n`);
  if (end.arrived === null) warnings.push({ code: 'DRILL', ...notArrived(told) });
  else if (end.arrived.suppressedBy !== null)
    warnings.push({
      code: 'DRILL',
      message: `the Alertmanager suppresses it because of ${end.arrived.suppressedBy}: no receiver is notified`,
    });
  if (end.leftOver !== null)
    warnings.push({
      code: 'DRILL',
      message: `the drill could not be removed from ${drill.gateway.url}: ${end.leftOver}; it stops firing by itself`,
      hint: `run \`${gatewayCurl(session, drill.gateway, { path: drillPath(drill.key), method: 'DELETE' })}\``,
    });
}

function stoppedText({ signal, rule, end }: Pick<Told, 'rule' | 'end'> & { signal: NodeJS.Signals }): string {
  if (!end.isRaised) return `${signal}: nothing was raised`;
  const when = end.arrived === null ? 'before it arrived' : 'after it arrived';
  if (end.leftOver === null) return `${signal}: the copy of ${rule.name} was removed ${when}`;
  return `${signal}: the copy of ${rule.name} could not be removed: ${end.leftOver}; it stops firing by itself`;
}

function arrivedText(
  { drill, rule, end }: Told,
  { seconds, receivers }: NonNullable<DrillEnd['arrived']>,
): string {
  const { url } = drill.alertmanager;
  const routes = receivers.length === 0 ? '' : `; receivers: ${receivers.join(', ')}`;
  const gone =
    end.goneSeconds === null ? '' : `; gone ${formatSeconds(end.goneSeconds)} after it was removed`;
  return `${rule.name} (${rule.severity}) reached ${url} in ${formatSeconds(seconds)}${routes}${gone}`;
}

function notArrived({ drill: { withinMs, alertmanager }, rule, end }: Told): {
  message: string;
  hint?: string;
} {
  const limit = formatSeconds(withinMs / 1000);
  const why = end.problem === null ? '' : ` (${end.problem})`;
  return {
    message: `${rule.name} did not reach ${alertmanager.url} within ${limit}${why}`,
    hint: 'check that Prometheus scrapes this gateway, has loaded the group deploytrack-drills of `deploytrack rules --out`, sends alerts to this Alertmanager, and has the same time as this host; `deploytrack doctor --prometheus <url>` checks the first two',
  };
}

/** The order of the keys is part of the format. */
function drillJson({ drill: { key, alertmanager, withinMs }, rule, end }: Told) {
  return {
    alert: rule.name,
    severity: rule.severity,
    deployment: key.deployment,
    environment: key.environment,
    instance: key.instance,
    alertmanager: alertmanager.url,
    within: withinMs / 1000,
    arrived: end.arrived !== null,
    seconds: end.arrived === null ? null : Math.round(end.arrived.seconds * 1000) / 1000,
    receivers: end.arrived === null ? [] : [...end.arrived.receivers],
    suppressed_by: end.arrived?.suppressedBy ?? null,
    removed: end.leftOver === null,
    gone_seconds: end.goneSeconds === null ? null : Math.round(end.goneSeconds * 1000) / 1000,
  };
}
