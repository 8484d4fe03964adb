import { DeploytrackError } from '../../errors.ts';
import { redactAddress } from '../../redact.ts';
import type { Session } from '../../session.ts';
import { unfitName, unfitPassword } from '../../settings/unfitSecret.ts';
import { gatewayAddress } from '../gateway/gatewayAddress.ts';
import { environmentProxy } from './environmentProxy.ts';
import { responseThrough } from './proxyProblem.ts';
import { proxyRoute } from './proxyRoute.ts';
import type { GatewayProxy } from './route.ts';

export interface ProxySecrets {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/**
 * The proxy of a setting for a gateway's URL; null if this URL needs none. Throws SETTING for a proxy that cannot be
 * used: nothing is sent then, since a gateway must not be contacted in another way than was said.
 */
export function configuredProxy(
  { context }: Pick<Session, 'context'>,
  { text, gateway, secrets }: { text: string; gateway: string; secrets: ProxySecrets },
): GatewayProxy | null {
  const found = text === 'environment' ? environmentProxy(context.env, gateway) : { text, variable: null };
  if (found === null) return null;
  const { url, userinfo } = parsed(found);
  const username = secrets.username ?? userinfo?.username ?? '';
  const password = secrets.password ?? userinfo?.password ?? '';
  const authorization = username === '' && password === '' ? null : basic(username, password);
  return {
    url,
    authorization,
    route: (request) => proxyRoute({ url, authorization }, request),
    explainResponse: (response) => responseThrough(url, response),
  };
}

/** A variable of others is checked here; the setting was checked before. */
function parsed({ text, variable }: { text: string; variable: string | null }) {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text) || isSplit(text))
    throw new DeploytrackError({
      code: 'SETTING',
      message: `invalid proxy ${JSON.stringify(shown(text))} in ${variable ?? 'gateway-proxy'}; nothing was pushed`,
      hint: 'use http://proxy:3128, or set DEPLOYTRACK_GATEWAY_PROXY',
    });
  const address = new URL(text);
  // Only its origin counts.
  address.pathname = '';
  address.search = '';
  address.hash = '';
  return { url: address.origin, userinfo: gatewayAddress(address.href).userinfo };
}

/** A `#`, `/` or `?` of a password that is not encoded: then a part of the user and the password is the host. */
function isSplit(text: string): boolean {
  const { username, password } = new URL(text);
  return text.includes('@') && username === '' && password === '';
}

function shown(text: string): string {
  return redactAddress(text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@')).slice(0, 200);
}

function basic(username: string, password: string): string {
  const unfit = unfitName(username) ?? unfitPassword(password);
  if (unfit !== null)
    throw new DeploytrackError({
      code: 'SETTING',
      message: `proxy credentials: the user name or password ${unfit.wrong}; nothing was pushed`,
      hint: unfit.expected,
    });
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
