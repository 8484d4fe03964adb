import { DeploytrackError } from '../../errors.ts';
import { unfitName, unfitPassword } from '../../settings/unfitSecret.ts';

/** As in the settings; each may have the line end of its file. */
export interface CredentialSettings {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
  /** One or more certificates, PEM. */
  readonly caPem?: string | undefined;
  /** `Name: value`, one per line. */
  readonly headers?: string | undefined;
}

/** The credentials of a request. Never to be shown. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  /** The only certificate authorities that are trusted; null: those of Node. */
  readonly caPem: string | null;
}

/**
 * A token has precedence over a user name, a user name over the one in the URL, and a header `Authorization` over all.
 * Throws SETTING for values that a header cannot contain; the message does not show the value.
 */
export function credentials(
  settings: CredentialSettings,
  userinfo: { readonly username: string; readonly password: string } | null = null,
): Credentials {
  const headers = { ...authorization(settings, userinfo), ...extraHeaders(settings.headers ?? '') };
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      throw refused(`the value of ${name} has characters that a header cannot contain`);
  }
  const caPem = settings.caPem?.trim() ?? '';
  if (caPem !== '' && !caPem.includes('-----BEGIN CERTIFICATE-----'))
    throw refused('the certificate authority is not in PEM form');
  return { headers, caPem: caPem === '' ? null : `${caPem}\n` };
}

function authorization(
  settings: CredentialSettings,
  userinfo: { username: string; password: string } | null,
): Record<string, string> {
  const token = settings.token?.trim() ?? '';
  if (token !== '') return { authorization: `Bearer ${token}` };
  const username = withoutLineEnd(settings.username ?? '');
  const password = withoutLineEnd(settings.password ?? '');
  const isSet = username !== '' || password !== '';
  // The user in the URL and the password in a separate file may belong together.
  const user = isSet
    ? { username: username || (userinfo?.username ?? ''), password: password || (userinfo?.password ?? '') }
    : userinfo;
  if (user === null) return {};
  const unfit = [unfitName(user.username), unfitPassword(user.password)];
  for (const [at, one] of unfit.entries())
    if (one !== null) throw refused(`the ${at === 0 ? 'user name' : 'password'} ${one.wrong}`, one.expected);
  return { authorization: `Basic ${Buffer.from(`${user.username}:${user.password}`).toString('base64')}` };
}

function extraHeaders(text: string): Record<string, string> {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return Object.fromEntries(lines.map(header));
}

function header(line: string, index: number): [name: string, value: string] {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name))
    throw refused(`line ${index + 1} of the headers is not \`Name: value\``);
  if (ownHeaders.has(name)) throw refused(`the header ${name} is set by deploytrack itself`);
  return [name, line.slice(colon + 1).trim()];
}

const ownHeaders = new Set([
  'content-type',
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'connection',
  'accept-encoding',
]);

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}

function refused(message: string, hint?: string): DeploytrackError {
  const told = hint === undefined ? {} : { hint };
  return new DeploytrackError({ code: 'SETTING', message: `gateway credentials: ${message}`, ...told });
}
