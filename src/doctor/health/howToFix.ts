import type { Attempt } from '../../probe/attempt.ts';
import type { ProbeTarget } from '../../probe/target.ts';
import { shellArgument } from '../../text/shellArgument.ts';
import type { VersionField } from './versionFields.ts';

interface Problem {
  readonly target: Pick<ProbeTarget, 'url' | 'versionPointer'>;
  readonly attempt: Pick<Attempt, 'verdict' | 'words' | 'statusCode'>;
  /** The URL without secrets. */
  readonly shown: string;
  readonly fields: readonly VersionField[];
}

/** By the stage at which the check failed; each names the command that succeeds afterwards. */
export function howToFix({ target, attempt, shown, fields }: Problem): string {
  const url = new URL(target.url);
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const curl = `\`curl -fsS ${shellArgument(shown)}\``;
  switch (attempt.verdict) {
    case 'dns':
      return `correct the host name, or add it to DNS; \`getent hosts ${shellArgument(url.hostname)}\` finds it then; ${another}`;
    case 'refused':
      return `nothing listens on port ${port}: start the service, or correct the port; on its host, \`ss -ltn 'sport = :${port}'\` shows what listens; ${curl} succeeds then`;
    case 'timeout':
    case 'unreachable':
      return /accepted the connection|response was not complete/.test(attempt.words)
        ? `the service hangs: look at its log; ${curl} succeeds when it responds`
        : `a firewall drops the connection, or the host is down: allow port ${port}; ${curl} succeeds then`;
    case 'tls':
      return tlsFix(attempt.words, { url, port, shown, curl });
    case 'not_http':
      return `something else than HTTP listens on port ${port}: correct the port, or use https://; ${curl} succeeds then`;
    case 'not_json':
      return `use the URL that returns JSON with the version, or \`deploytrack health ${shellArgument(shown)} --any-version\` to check only the status; ${another}`;
    case 'no_version':
      return versionFix(shown, fields);
    case 'wrong_status':
    case 'redirect':
      return statusFix(attempt, { shown, curl });
    case 'reset':
      if (url.protocol === 'http:')
        return `look at the log of the service; ${curl} succeeds when it responds; or, if the port speaks TLS, ${sameIn('https:', shown)}`;
      return `look at the log of the service; ${curl} succeeds when it responds`;
    default:
      return `look at the log of the service; ${curl} succeeds when it responds`;
  }
}

function tlsFix(
  words: string,
  { url, port, shown, curl }: { url: URL; port: string; shown: string; curl: string },
): string {
  const place = shellArgument(`${url.hostname}:${port}`);
  const show = `\`openssl s_client -connect ${place} -showcerts </dev/null\` shows it`;
  if (/CERT_HAS_EXPIRED/.test(words)) return `renew the certificate; ${curl} succeeds then`;
  if (/ALTNAME/.test(words))
    return `use the name that is in the certificate, or issue one for ${url.hostname}; ${show}; ${another}`;
  if (/SELF_SIGNED|UNABLE_TO/.test(words))
    return `add the certificate of its authority to NODE_EXTRA_CA_CERTS; ${show}; run \`export NODE_EXTRA_CA_CERTS=<file>\`, or use --ca of \`deploytrack health\``;
  return /may not speak it/.test(words)
    ? `use http://, or the port that speaks TLS; ${show}; ${sameIn('http:', shown)}`
    : `check the certificate, ${show}; ${curl} succeeds when it is valid`;
}

/** The check of another URL. */
const another = 'run `deploytrack doctor --health <url>`';

/** The check of the same URL with another scheme. */
function sameIn(scheme: 'http:' | 'https:', shown: string): string {
  return `run \`deploytrack doctor --health ${shellArgument(shown.replace(/^https?:/i, scheme))}\``;
}

function statusFix(
  { verdict, statusCode }: Problem['attempt'],
  { shown, curl }: { shown: string; curl: string },
): string {
  if (verdict === 'redirect') return `use the final URL: ${another}`;
  if (statusCode === 401 || statusCode === 403)
    return `set DEPLOYTRACK_HEALTH_HEADERS_FILE to a file with the header that it needs, such as Authorization: Bearer …: run \`export DEPLOYTRACK_HEALTH_HEADERS_FILE=<file>\``;
  if (statusCode === 404) return `correct the path of the URL: ${another}`;
  if (statusCode === 400) return `use https:// if the port speaks TLS: ${sameIn('https:', shown)}`;
  return `look at the log of the service; ${curl} succeeds when it is healthy`;
}

function versionFix(shown: string, [first]: readonly VersionField[]): string {
  const isTypable =
    first !== undefined && /^[\x20-\x7e]+$/.test(first.pointer) && !first.pointer.includes('`');
  if (!isTypable)
    return `return the version in the field version, or run \`deploytrack health ${shellArgument(shown)} --any-version\` to check only the status`;
  return `run \`deploytrack doctor --health ${shellArgument(shown)} --version-field ${shellArgument(first.pointer)}\`, and use the same option with \`deploytrack health\``;
}
