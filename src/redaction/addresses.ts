import { looksMade } from './harmless.ts';
import { isSecretName } from './secretName.ts';

/** Long enough for any authority. */
const authority = /[^\s/?#"'<>`]{0,1024}/y;
const untilBlank = /[^\s"'<>`]{0,512}/y;
/** Their default user is public knowledge, and harmless without a password. */
const openUsers = /(?:ssh|sftp|git|rsync|svn\+ssh|git\+ssh)$/i;

/** `scheme://user:password@host`, `https://token@host`: the part before the last `@` of the authority. */
export function hideUsers(text: string): string {
  let kept = '';
  let from = 0;
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    const begin = at + 3;
    if (begin < from) continue;
    const end = userEnd(text, begin);
    const user = text.slice(begin, end);
    if (user === '' || (!user.includes(':') && openUsers.test(text.slice(Math.max(0, at - 8), at)))) continue;
    kept += `${text.slice(from, begin)}***`;
    from = end;
  }
  return kept + text.slice(from);
}

/** `user:password@tcp(host)`, `user:password@host:3306`, `//user:password@host`: a URL without its scheme. */
const bare =
  /(?<![\w:./%@-])((?:\/\/)?[\w.%+-]{1,64}:)[^\s:@/"'<>`]{1,128}(?=@(?:(?:tcp|unix|udp)\(|(?!sha\d)[\w.-]{1,128}:\d{2,5}(?!\w)))|(?<![\w:])(\/\/[^\s:@/"'<>`]{1,64}:)[^\s:@/"'<>`]{1,128}(?=@[\w[])/g;

const queryKey = /([?&](?:key|code|k)=)([^\s&"'<>#]{1,512})/g;

export function hideBareUsers(text: string): string {
  return text
    .replace(bare, (_, user?: string, other?: string) => `${user ?? other ?? ''}***`)
    .replace(queryKey, (all, name: string, value: string) => (looksMade(value) ? `${name}***` : all));
}

/** The position of the `@` after user and password; `begin` if there is none. */
function userEnd(text: string, begin: number): number {
  authority.lastIndex = begin;
  const [host = ''] = authority.exec(text) ?? [];
  const at = host.lastIndexOf('@');
  if (at !== -1) return begin + at;
  // A password may contain characters that end an authority; a port cannot.
  if (!host.includes(':') || host.startsWith('[') || /:\d{0,5}$/.test(host)) return begin;
  untilBlank.lastIndex = begin;
  const [rest = ''] = untilBlank.exec(text) ?? [];
  const later = rest.indexOf('@');
  return later === -1 ? begin : begin + later;
}

/**
 * A URL without its user, and with only the names of its query: a value stays if it is a number, such as that of a run,
 * or true or false, unless its name is that of a secret.
 */
export function hideInAddress(address: string): string {
  const shown = hideUsers(address);
  const query = shown.search(/[?#]/);
  if (query === -1) return shown;
  const parts = shown.slice(query).split(/([?#&;])/);
  return (
    shown.slice(0, query) +
    parts.map((part, index) => (index % 2 === 1 ? part : hidePart(part, parts[index - 1]))).join('')
  );
}

const secretQueryNames = /^(?:key|code|k|t|tok|pw|p|s)$/i;

function hidePart(part: string, before: string | undefined): string {
  const equals = part.indexOf('=');
  if (equals === -1) return part === '' || before === '#' || /^\d{1,20}$/.test(part) ? part : '***';
  const [name, value] = [part.slice(0, equals), part.slice(equals + 1)];
  const isPlain = /^(?:\d{0,20}|true|false)$/.test(value);
  return isPlain && !isSecretName(name) && !secretQueryNames.test(name) ? part : `${name}=***`;
}
