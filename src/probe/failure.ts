import { type Finding, finding, type Verdict } from './finding.ts';
import { quoted } from './quoted.ts';

/** How far an exchange has come. */
export type Stage = 'name' | 'connect' | 'tls' | 'answer' | 'body';

/** An IP address needs no resolving. */
export function firstStage(url: URL): Stage {
  return /^[\d.]+$|^\[/.test(url.hostname) ? 'connect' : 'name';
}

/** The meaning of an error of the connection. `place` is host and port. */
export function failureFinding(error: unknown, at: { stage: Stage; place: string }): Finding {
  const { code, syscall, message } = decisive(error);
  const verdict = verdictOf({ code, syscall, stage: at.stage });
  return finding(verdict, wordsOf(verdict, { code, message, ...at }));
}

/** Describes a deadline that passed, by what was being waited for. */
export function timeoutFinding(
  timeoutMs: number,
  at: { stage: Stage; place: string; bodyBytes: number },
): Finding {
  const waitedFor: Record<Stage, string> = {
    name: `${at.place} was not resolved`,
    connect: `${at.place} accepted no connection`,
    tls: `${at.place} accepted the connection and did not finish the TLS handshake`,
    answer: `${at.place} accepted the connection and did not respond`,
    body: `the response was not complete after ${at.bodyBytes} bytes of its body`,
  };
  return finding('timeout', `${waitedFor[at.stage]} within ${Math.round(timeoutMs) / 1000} s`);
}

interface Failure {
  readonly code: string;
  readonly syscall: string;
  readonly message: string;
}

/** Of the addresses of one name, the one that refused is the most informative: that host was up. */
function decisive(error: unknown): Failure {
  if (error instanceof AggregateError) {
    const each = error.errors.map(decisive);
    const first = each.find((failure) => failure.code === 'ECONNREFUSED') ?? each[0];
    if (first !== undefined) return first;
  }
  const { code, syscall, message }: Partial<NodeJS.ErrnoException> = error instanceof Error ? error : {};
  return { code: code ?? '', syscall: syscall ?? '', message: message ?? String(error) };
}

const verdictByCode: Readonly<Record<string, Verdict>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  HPE_INVALID_EOF_STATE: 'reset',
  HPE_HEADER_OVERFLOW: 'too_large',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
};

function verdictOf(failure: { code: string; syscall: string; stage: Stage }): Verdict {
  if (failure.syscall === 'getaddrinfo') return 'dns';
  const known = verdictByCode[failure.code];
  if (known !== undefined) return known;
  if (failure.code.startsWith('HPE_')) return 'not_http';
  if (failure.stage === 'tls' || /^(ERR_SSL|ERR_TLS|EPROTO)/.test(failure.code)) return 'tls';
  return 'error';
}

function wordsOf(
  verdict: Verdict,
  failure: { code: string; message: string; stage: Stage; place: string },
): string {
  const { code, place } = failure;
  switch (verdict) {
    case 'refused':
      return `${place} refused the connection`;
    case 'reset':
      return `${place} ended the connection ${resetMoment[failure.stage]}`;
    case 'dns':
      return `the name of ${place} cannot be resolved (${code})`;
    case 'tls':
      return code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER'
        ? `${place} did not complete TLS: it may not speak it on this port (${code})`
        : `the certificate or TLS of ${place} was not accepted: ${tlsReason(failure)} (${code})${tlsCure(code)}`;
    case 'not_http':
      return `${place} responded with something that is not HTTP (${code})`;
    case 'too_large':
      return `the response headers of ${place} are too large (${code})`;
    case 'timeout':
    case 'unreachable':
      return `${place} cannot be reached (${code})`;
    default:
      return `the attempt failed: ${plain(failure.message)}${code === '' ? '' : ` (${code})`}`;
  }
}

const resetMoment: Record<Stage, string> = {
  name: 'at once',
  connect: 'at once',
  tls: 'during the TLS handshake',
  answer: 'before it responded',
  body: 'in the middle of its response',
};

/** Newer versions of Node add advice about their own options. */
function tlsReason(failure: { message: string }): string {
  return plain(failure.message.replace(/; if the root CA.*$/s, ''));
}

function tlsCure(code: string): string {
  return /SELF_SIGNED|UNABLE_TO/.test(code) ? '; use --ca <pem> to trust its authority' : '';
}

function plain(message: string): string {
  return quoted(message, 120).slice(1, -1);
}
