import type { Session } from '../../session.ts';
import { shellArgument } from '../../text/shellArgument.ts';
import { anotherUrl, authorityCommand } from './settingCommands.ts';

/** What to do about a certificate that was not accepted. `ready`: the command that succeeds when it is. */
export function tlsFix(
  line: string,
  { session, url, ready }: { session: Session; url: URL; ready: string },
): string {
  const { protocol, host, hostname, port } = url;
  const place = protocol === 'https:' && port === '' ? `${host}:443` : host;
  const show = `\`openssl s_client -connect ${shellArgument(place)} -showcerts </dev/null\` shows it`;
  if (/expired/i.test(line)) return `renew the certificate of the gateway; ${ready} succeeds then`;
  if (/altnames/i.test(line))
    return `use the name that is in the certificate, or issue one for ${hostname}; ${show}; run \`${anotherUrl}\``;
  return `set DEPLOYTRACK_GATEWAY_CA_FILE to the certificate of its authority, or renew its certificate; ${show}; run \`${authorityCommand(session.context.env)}\``;
}
