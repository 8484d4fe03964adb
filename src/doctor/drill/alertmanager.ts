import type { Context } from '../../context.ts';
import { credentials } from '../../push/gateway/credentials.ts';
import { gatewayAddress } from '../../push/gateway/gatewayAddress.ts';
import { responseProblem } from '../../push/gateway/gatewayErrors.ts';
import { withoutSecrets } from '../../push/gateway/withoutSecrets.ts';
import { fetchText, type Site } from '../http/fetchText.ts';
import { listIn, objectIn, parsedJson, textIn } from '../http/objects.ts';
import type { DrillKey } from './drillGroup.ts';

/** The copy of an alert as an Alertmanager holds it. */
export interface HeldCopy {
  /** The receivers that its routes lead to. */
  readonly receivers: readonly string[];
  /** Why no receiver is notified: `a silence`, `an inhibition`, `a mute time`; null if one is. */
  readonly suppressedBy: string | null;
}

/** `problem`: why the Alertmanager gave no answer. */
export type CopyAnswer = { readonly copy: HeldCopy | null } | { readonly problem: string };

/** Some alerts with all their labels. */
const mostBytes = 1024 * 1024;

/** An Alertmanager. User and password in the URL are sent to it, and shown nowhere. */
export function alertmanagerSite(context: Context, address: string): Site {
  const { url, userinfo } = gatewayAddress(address);
  return { context, url, credentials: credentials({}, userinfo) };
}

/** Asks whether it has the copy that a drill raises. Never throws. */
export async function askForCopy(
  site: Site,
  { alert, deployment, environment }: DrillKey,
): Promise<CopyAnswer> {
  // Not by instance: a scrape without honor_labels gives it another name.
  const matchers = Object.entries({ alertname: alert, drill: 'true', deployment, environment });
  const filters = matchers.map(
    ([name, value]) => `filter=${encodeURIComponent(`${name}=${JSON.stringify(value)}`)}`,
  );
  const result = await fetchText(site, { path: `/api/v2/alerts?${filters.join('&')}`, mostBytes });
  if ('failed' in result) return { problem: result.failed };
  const { status, location, text } = result.answer;
  const alerts = parsedJson(text);
  if (status !== 200 || !Array.isArray(alerts))
    return { problem: withoutSecrets(problemOf({ status, location, text }), site.credentials) };
  const isCopy = ({ labels }: ReturnType<typeof objectIn>) => {
    const { alertname, drill } = objectIn(labels);
    return alertname === alert && drill === 'true';
  };
  // What is between may ignore the filters.
  const first = alerts.map(objectIn).find(isCopy);
  return { copy: first === undefined ? null : heldCopy(first) };
}

function heldCopy(alert: Readonly<Record<string, unknown>>): HeldCopy {
  const { state, silencedBy, inhibitedBy } = objectIn(alert.status);
  const [isSilenced, isInhibited] = [silencedBy, inhibitedBy].map((ids) => listIn(ids).length > 0);
  const otherwise = state === 'suppressed' ? 'a mute time' : null;
  return {
    receivers: listIn(alert.receivers).map((one) => textIn(objectIn(one).name)),
    suppressedBy: isSilenced ? 'a silence' : isInhibited ? 'an inhibition' : otherwise,
  };
}

function problemOf({
  status,
  location,
  text,
}: {
  status: number;
  location: string | undefined;
  text: string;
}): string {
  if (status === 200) return '200: no Alertmanager at this address (the response is not of its API)';
  if (status === 404) return '404: no Alertmanager at this address (is a base path missing?)';
  return responseProblem({ status, location, body: text });
}
