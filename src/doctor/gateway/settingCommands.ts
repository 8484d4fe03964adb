import { gatewayAddress } from '../../push/gateway/gatewayAddress.ts';
import type { Session } from '../../session.ts';
import { splitUrls } from '../../settings/check.ts';
import { shellArgument } from '../../text/shellArgument.ts';

type Environment = Session['context']['env'];

const prefix = 'DEPLOYTRACK_GATEWAY_';

/** The command that sets another URL. `url` has no user and no password: those of the variable stay. */
export function urlCommand({ settings }: Session, url: string): string {
  const { text = '', from } = settings.of('gateway') ?? {};
  const texts = splitUrls(text);
  if (texts.length > 1) return oneOfSeveral(texts, url);
  const [, userinfo = ''] = /^[a-z]+:\/\/([^/]*@)/i.exec(text) ?? [];
  if (userinfo === '' || from !== 'environment') return `export PUSHGATEWAY_URL=${shellArgument(url)}`;
  const [scheme = ''] = url.split('//');
  return `export PUSHGATEWAY_URL="${scheme}\${PUSHGATEWAY_URL#*:}"`;
}

/** `url` instead of the one of the same host. */
function oneOfSeveral(texts: readonly string[], url: string): string {
  const isSame = (text: string) => gatewayAddress(text).url.replace(/^\w+:/, '') === url.replace(/^\w+:/, '');
  if (texts.some((text) => gatewayAddress(text).userinfo !== null)) return anotherUrl;
  return `export PUSHGATEWAY_URL=${shellArgument(texts.map((text) => (isSame(text) ? url : text)).join(','))}`;
}

/** For a URL that only the user knows. */
export const anotherUrl = 'export PUSHGATEWAY_URL=<url>';

/** The command that sets other credentials, of the kind that is in use. A variable has precedence over its file. */
export function credentialsCommand(env: Environment): string {
  const isToken = isSet(env, 'TOKEN') || isSet(env, 'TOKEN_FILE');
  return isToken
    ? `${withoutValue(env, 'TOKEN')}export ${prefix}TOKEN_FILE=<file>`
    : `${withoutValue(env, 'PASSWORD')}export ${prefix}USERNAME=<user> ${prefix}PASSWORD_FILE=<file>`;
}

export function proxyCredentialsCommand(env: Environment): string {
  return `${withoutValue(env, 'PROXY_PASSWORD')}export ${prefix}PROXY_USERNAME=<user> ${prefix}PROXY_PASSWORD_FILE=<file>`;
}

export function authorityCommand(env: Environment): string {
  return `${withoutValue(env, 'CA')}export ${prefix}CA_FILE=<file>`;
}

/** The command that removes the credentials that a message is about. */
export function withoutCredentials(env: Environment, message: string): string {
  const login = ['TOKEN', 'USERNAME', 'PASSWORD'];
  const isOfHeaders = /headers|value of (?!authorization)|\bheader \S+ is set/.test(message);
  const kinds = message.includes('certificate') ? ['CA'] : isOfHeaders ? ['HEADERS'] : login;
  const set = kinds.flatMap((kind) => [kind, `${kind}_FILE`]).filter((name) => isSet(env, name));
  return set.length === 0 ? anotherUrl : `unset ${set.map((name) => prefix + name).join(' ')}`;
}

function withoutValue(env: Environment, name: string): string {
  return isSet(env, name) ? `unset ${prefix}${name} && ` : '';
}

function isSet(env: Environment, name: string): boolean {
  return (env[prefix + name] ?? '') !== '';
}
