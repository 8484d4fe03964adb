import { DeploytrackError } from '../../errors.ts';
import type { Session } from '../../session.ts';
import { readSecret } from '../../settings/readSecret.ts';
import type { GatewayProxy } from '../proxy/route.ts';
import { type CredentialSettings, type Credentials, credentials } from './credentials.ts';
import { type GatewayAddress, gatewayAddresses } from './gatewayAddress.ts';
import type { Pushgateway } from './pushgateway.ts';

const ofCredentials = /^DEPLOYTRACK_GATEWAY_(USERNAME|PASSWORD|TOKEN|CA|HEADERS)/i;

/** `withinMs`: time limit for reading the files of secrets. */
interface Limit {
  readonly withinMs?: number;
}

/**
 * The gateways of the settings with their credentials, in the order of the setting; none if it is not set. Throws SETTING
 * if a URL or one of the credentials is invalid: nothing is sent then. An empty credential is a warning, and is not sent.
 */
export async function configuredGateways(
  session: Session,
  { withinMs = 2000 }: Limit = {},
): Promise<Pushgateway[]> {
  const text = session.settings.text('gateway');
  if (text === null) return [];
  const addresses = gatewayAddresses(text);
  const proxyOf = await proxies(session, withinMs);
  const said = await credentialSettings(session, withinMs);
  const { context } = session;
  return addresses.map(({ url, userinfo }) => ({
    ...{ context, url, proxy: proxyOf(url), credentials: credentialsOf(said, userinfo) },
  }));
}

/**
 * A gateway that held groups and is no longer in the settings. It gets no credentials, since they may be newer than it, or
 * its name may be another's by now; it is trusted like the others. Throws like `configuredGateways`.
 */
export async function formerGateway(
  session: Session,
  { url, others, withinMs = 2000 }: Limit & { url: string; others: readonly Pushgateway[] },
): Promise<Pushgateway> {
  const proxy = (await proxies(session, withinMs))(url);
  const caPem = others[0]?.credentials.caPem ?? null;
  return { context: session.context, url, proxy, credentials: { headers: {}, caPem } };
}

/** Null if none is set. */
async function credentialSettings(session: Session, withinMs: number): Promise<CredentialSettings | null> {
  if (!Object.keys(session.context.env).some((name) => ofCredentials.test(name))) return null;
  const [username, password, token, caPem, headers] = await Promise.all(
    ['USERNAME', 'PASSWORD', 'TOKEN', 'CA', 'HEADERS'].map((name) => secretOf(session, { name, withinMs })),
  );
  return { username, password, token, caPem, headers };
}

function credentialsOf(said: CredentialSettings | null, userinfo: GatewayAddress['userinfo']): Credentials {
  if (said === null && userinfo === null) return { headers: {}, caPem: null };
  return credentials(said ?? {}, userinfo);
}

/** The proxy for each URL, null without one. Loads nothing if no proxy is set. */
async function proxies(session: Session, withinMs: number): Promise<(url: string) => GatewayProxy | null> {
  const { settings } = session;
  if (settings.isInvalid('gateway-proxy'))
    throw new DeploytrackError({ code: 'SETTING', message: 'the proxy is invalid; nothing was pushed' });
  const text = settings.text('gateway-proxy') ?? '';
  if (text === '') return () => null;
  const [username, password] = await Promise.all(
    ['PROXY_USERNAME', 'PROXY_PASSWORD'].map((name) => secretOf(session, { name, withinMs })),
  );
  const { configuredProxy } = await import('../proxy/configuredProxy.ts');
  return (url) => configuredProxy(session, { text, gateway: url, secrets: { username, password } });
}

/** DEPLOYTRACK_GATEWAY_<name>, or the content of the file that …_FILE names. Throws SETTING if it cannot be read. */
async function secretOf(
  { context, warnings }: Session,
  { name, withinMs }: { name: string; withinMs: number },
): Promise<string | undefined> {
  const found = await readSecret(context, `DEPLOYTRACK_GATEWAY_${name}`, { withinMs });
  if (found.problem === null) return found.value ?? undefined;
  if (!found.isEmpty)
    throw new DeploytrackError({
      code: 'SETTING',
      message: `${found.problem}; nothing was pushed`,
      ...(found.expected === null ? {} : { hint: found.expected }),
    });
  warnings.push({ code: 'SETTING', message: `${found.problem}; it is not sent` });
  return undefined;
}
