import { DeploytrackError } from '../errors.ts';
import type { Session } from '../session.ts';
import { readSecret } from '../settings/readSecret.ts';
import { credentials } from './gateway/credentials.ts';
import { gatewayAddress } from './gateway/gatewayAddress.ts';
import type { Pushgateway } from './gateway/pushgateway.ts';

/**
 * The gateway of the settings with its credentials; null if there is none. Throws SETTING if its URL or one of its
 * credentials is invalid: nothing is sent then. An empty credential is a warning, and is not sent.
 */
export async function configuredGateway(
  session: Session,
  { withinMs = 2000 }: { withinMs?: number } = {},
): Promise<Pushgateway | null> {
  const text = session.settings.text('gateway');
  if (text === null) return null;
  const address = gatewayAddress(text);
  const [username, password, token, caPem, headers] = await Promise.all(
    ['USERNAME', 'PASSWORD', 'TOKEN', 'CA', 'HEADERS'].map((name) => secretOf(session, { name, withinMs })),
  );
  const said = { username, password, token, caPem, headers };
  return { context: session.context, url: address.url, credentials: credentials(said, address.userinfo) };
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
