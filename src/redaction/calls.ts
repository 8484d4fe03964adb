import { balancedEnd } from './bracketed.ts';
import { isAboutIt, isSecretName, strongWords } from './secretName.ts';
import { hiddenValue } from './value.ts';

const call = new RegExp(
  `(?:${strongWords}|(?<![a-z])pass)([\\w]{0,64})\\(\\s{0,8}(?=[\\\\bru@$]{0,2}["'\`])`,
  'gi',
);

/** `PASSWORD('…')`, `setSecret("name", "…")`: the words that a function whose name tells of a secret is given. */
export function hideArguments(text: string): string {
  return replaced(text, call, (found, begin) => {
    const rest = found[1] ?? '';
    // `tokenize("…")`
    if (/^[a-z]/.test(rest) || isAboutIt(rest)) return null;
    const end = balancedEnd(text, {
      from: begin - 1 - spaceBefore(text, begin),
      most: 2048,
      isOfLines: true,
    });
    if (end === -1) return hiddenValue(text, begin);
    return { end: end - 1, shown: '***' };
  });
}

const connect =
  /(?:PDO->__construct|mysqli(?:->__construct)?|(?:mysqli?|oci|odbc)_p?connect|getConnection|ftp_login|ldap_bind|imap_open|ssh2_auth_password)\(\s{0,8}(?=[^\s)])/g;

/** What logs on somewhere is given the password as a mere argument: `getConnection(url, user, "…")`. */
export function hideLogins(text: string): string {
  return replaced(text, connect, (_, begin) => {
    const end = balancedEnd(text, {
      from: begin - 1 - spaceBefore(text, begin),
      most: 2048,
      isOfLines: false,
    });
    const all =
      end === -1
        ? (/^[^\r\n]*/.exec(text.slice(begin, begin + 2048))?.[0] ?? '')
        : text.slice(begin, end - 1);
    return /["']/.test(all) ? { end: begin + all.length, shown: '***' } : null;
  });
}

const nameFirst =
  /(?:\(\s{0,8}|\[\[?\s{0,8}(?<=\[\s{0,8}\[\s{0,8}|,\s{0,8}\[\s{0,8})|\{\s{0,8})(["':]?)([\w.:-]{1,100})(["']?)\s{0,4},\s{0,8}(?=[bru$@]{0,2}["'`]|<<")/g;

/** `set("password", "…")`, `{password, "…"}`, `[["token", "…"]]`: a name, and its value behind a comma. */
export function hideSecondWords(text: string): string {
  return replaced(text, nameFirst, (found, begin) => {
    const [all, open = '', name = '', close = ''] = found;
    const isQuoted = open !== ':' && open !== '' && open === close;
    if (!isQuoted && !all.startsWith('{')) return null;
    return isSecretName(name) ? hiddenValue(text, begin) : null;
  });
}

/** Lisp and Clojure: `(password . "…")`, `:password "…"`. */
const keyword = /(?:\(|(?<![\w:]):)([\w-]{1,64})[ \t]{1,8}(?:\.[ \t]{1,8})?(?=")/g;

export function hideKeywords(text: string): string {
  return replaced(text, keyword, (found, begin) =>
    isSecretName(found[1] ?? '') ? hiddenValue(text, begin) : null,
  );
}

/** Each place behind a match of `form` with what `hide` makes of it. */
export function replaced(
  text: string,
  form: RegExp,
  hide: (found: RegExpExecArray, begin: number) => { end: number; shown: string } | null,
): string {
  let kept = '';
  let from = 0;
  form.lastIndex = 0;
  for (let found = form.exec(text); found !== null; found = form.exec(text)) {
    const begin = found.index + found[0].length;
    const value = hide(found, begin);
    if (value === null || value.end <= begin) continue;
    kept += text.slice(from, begin) + value.shown;
    from = value.end;
    form.lastIndex = value.end;
  }
  return kept + text.slice(from);
}

function spaceBefore(text: string, begin: number): number {
  let count = 0;
  while (/\s/.test(text.charAt(begin - 1 - count))) count += 1;
  return count;
}
