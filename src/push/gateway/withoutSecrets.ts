import { wellFormed } from '../../model.ts';
import { redact } from '../../redact.ts';
import type { GatewayProxy } from '../proxy/route.ts';
import type { Credentials } from './credentials.ts';

/** A shorter value could be a part of any word. */
const shortest = 4;
/** The number of characters of the response that are stored. */
const mostKept = 800;

/**
 * The response of a gateway, or of a proxy before it, without the credentials that it was sent, which some repeat in
 * their error message.
 */
export function withoutSecrets(
  line: string,
  { headers }: Credentials,
  proxy: Pick<GatewayProxy, 'authorization'> | null = null,
): string {
  const sent = [...Object.values(headers), ...(proxy?.authorization ? [proxy.authorization] : [])];
  const secrets = sent
    .flatMap(formsOf)
    .filter((secret) => secret.length >= shortest)
    .sort((one, other) => other.length - one.length);
  return wellFormed(
    redact(secrets.reduce((kept, secret) => kept.replaceAll(secret, '***'), line)).slice(0, mostKept),
  );
}

/** The whole value; the part after its scheme; the user and password in it. */
function formsOf(value: string): string[] {
  const [scheme = '', carried] = value.split(' ', 2);
  if (carried === undefined) return [value];
  if (scheme !== 'Basic') return [value, carried];
  const plain = Buffer.from(carried, 'base64').toString('utf8');
  const password = plain.slice(plain.indexOf(':') + 1);
  return [value, carried, plain, password, encodeURIComponent(password)];
}
