import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { asWarning, DeploytrackError } from '../errors.ts';
import type { Session } from '../session.ts';
import { credentials } from '../sinks/credentials.ts';
import { gatewayAddress } from '../sinks/gatewayAddress.ts';
import type { Pushgateway } from '../sinks/pushgateway.ts';

/** The gateway of the settings with its credentials; null where there is none, or where one of them is wrong (a warning). */
export function configuredGateway(session: Session): Pushgateway | null {
  const text = session.settings.text('gateway');
  if (text === null) return null;
  try {
    const address = gatewayAddress(text);
    const secret = (name: string) => secretOf(session, name);
    return {
      context: session.context,
      url: address.url,
      credentials: credentials(
        {
          username: secret('USERNAME'),
          password: secret('PASSWORD'),
          token: secret('TOKEN'),
          caPem: secret('CA'),
          headers: secret('HEADERS'),
        },
        address.userinfo,
      ),
    };
  } catch (error) {
    session.warnings.push(asWarning(error, 'delivery'));
    return null;
  }
}

/** DEPLOYTRACK_GATEWAY_<name>, or the content of the file that …_FILE names. */
function secretOf({ context }: Session, name: string): string | undefined {
  const variable = `DEPLOYTRACK_GATEWAY_${name}`;
  const file = context.env[`${variable}_FILE`];
  const value = context.env[variable];
  if (value !== undefined && value !== '') return value;
  if (file === undefined || file === '') return undefined;
  try {
    return readFileSync(resolve(context.cwd, file), 'utf8');
  } catch (error) {
    throw new DeploytrackError({
      code: 'SETTING',
      message: `${variable}_FILE: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}); nothing was sent`,
      cause: error,
    });
  }
}
