import { checkOptions } from '../cli/define/healthOptions.ts';
import { usageError } from '../errors.ts';
import { redactAddress } from '../redact.ts';
import type { Headers } from './headers.ts';
import { isPointer } from './pointer.ts';
import { quoted } from './quoted.ts';

/** An endpoint and its expected response. Plain JSON; only `headers` may contain secrets. */
export interface ProbeTarget {
  readonly kind: 'http' | 'tcp';
  /** Without user, password and fragment. Its query may contain secrets: shown and stored by `redactAddress`. */
  readonly url: string;
  /** Null: any version, only the status counts. */
  readonly expectVersion: string | null;
  /** RFC 6901 pointer to the version in the JSON body. */
  readonly versionPointer: string;
  readonly expectStatus: number | '2xx';
  readonly headers: Headers;
  /** PEM of the only authorities to trust; null: those of Node. */
  readonly caPem: string | null;
  readonly insecure: boolean;
  readonly checkType: string;
}

export interface TargetOptions {
  readonly url: string;
  readonly expectVersion?: string | null;
  readonly versionPointer?: string;
  readonly expectStatus?: number | '2xx';
  readonly headers?: Headers;
  readonly caPem?: string | null;
  readonly insecure?: boolean;
  readonly checkType?: string;
}

/** Checks the user's options and fills in the defaults. Throws a usage error. */
export function parseTarget(options: TargetOptions): ProbeTarget {
  const url = parseUrl(options.url);
  const kind = url.protocol === 'tcp:' ? 'tcp' : 'http';
  const versionPointer = options.versionPointer ?? checkOptions.versionField.default ?? '';
  if (!isPointer(versionPointer)) {
    throw usageError(
      `invalid JSON pointer ${quoted(versionPointer)} for --version-field`,
      'use for example --version-field /app/version',
    );
  }
  return {
    kind,
    url: shownUrl(url),
    expectVersion: kind === 'tcp' ? null : (options.expectVersion ?? null),
    versionPointer,
    expectStatus: checkedStatus(options.expectStatus ?? Number(checkOptions.expectStatus.default)),
    headers: { ...authorization(url), ...options.headers },
    caPem: checkedPem(options.caPem ?? null),
    insecure: options.insecure ?? false,
    checkType: options.checkType ?? kind,
  };
}

function parseUrl(text: string): URL {
  const url = parseOrNull(text);
  const schemes = ['http:', 'https:', 'tcp:'];
  if (url === null || !schemes.includes(url.protocol)) {
    throw usageError(
      `invalid URL ${quoted(redactAddress(withoutCredentials(text)))}`,
      'use http://…, https://… or tcp://host:port',
    );
  }
  const bare =
    url.protocol !== 'tcp:' || (url.port !== '' && /^\/?$/.test(url.pathname) && url.search === '');
  if (url.hostname === '' || !bare) {
    throw usageError(
      `invalid tcp address ${quoted(redactAddress(shownUrl(url)))}`,
      'use tcp://host:port and nothing after it',
    );
  }
  return url;
}

function parseOrNull(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** For a text that is not a URL: all before an `@` may be a password. */
function withoutCredentials(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/*)?[^/?#]*@/i, '$1');
}

function shownUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  shown.hash = '';
  return shown.href;
}

function authorization(url: URL): Headers {
  if (url.protocol === 'tcp:' || (url.username === '' && url.password === '')) return {};
  const credentials = `${decoded(url.username)}:${decoded(url.password)}`;
  return { authorization: `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}` };
}

/** A percent sign without an escape is literal. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function checkedStatus(status: number | '2xx'): number | '2xx' {
  if (status === '2xx' || (Number.isInteger(status) && status >= 200 && status <= 599)) return status;
  throw usageError(`invalid HTTP status ${status}`, 'use --expect-status with 200 to 599');
}

/** Node silently ignores invalid certificates, and then trusts none. */
function checkedPem(pem: string | null): string | null {
  if (pem === null || /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.test(pem)) return pem;
  throw usageError('the file of --ca contains no certificate', 'use PEM: -----BEGIN CERTIFICATE----- …');
}
