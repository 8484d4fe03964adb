import { balancedEnd } from './bracketed.ts';
import { lineEnd } from './quoted.ts';
import { isAboutIt, isSecretName, strongWords } from './secretName.ts';
import { hiddenValue } from './value.ts';

/** Characters. */
const mostOfCall = 2048;
const call = new RegExp(
  `(?:${strongWords}|(?<![a-z])pass)([\\w]{0,64})\\(\\s{0,8}(?=[\\\\bru@$]{0,2}["'\`])`,
  'gi',
);

/** `PASSWORD('…')`, `setSecret("name", "…")`: the arguments of a function whose name is that of a secret. */
export function hideArguments(text: string): string {
  let unclosedUntil = 0;
  return replaced(text, call, (found, begin) => {
    const rest = found[1] ?? '';
    // `tokenize("…")`
    if (/^[a-z]/.test(rest) || isAboutIt(rest)) return null;
    const end = balancedEnd(text, {
      from: begin - 1 - spaceBefore(text, begin),
      // If no bracket closed, the search after later calls is shorter.
      most: begin < unclosedUntil ? 128 : mostOfCall,
      isOfLines: true,
    });
    if (end === -1) {
      unclosedUntil = Math.max(unclosedUntil, begin + mostOfCall);
      return hiddenValue(text, begin);
    }
    return { end: end - 1, shown: '***' };
  });
}

const connect =
  /(?:PDO(?:->__construct|::__construct)?|mysqli(?:->__construct)?|(?:mysqli?|oci|odbc|pg)_p?connect|(?:MySQLdb|py\w{2,8}sql|psycopg2?|cx_Oracle|oracledb|pyodbc)\.connect|\.(?:login|log_?on|sign_?in|authenticate)(?=\([^()\r\n,]{1,256},)|getConnection|ftp_login|ldap_bind|imap_open|ssh2_auth_password)\(\s{0,8}(?=[^\s)])/g;

/** Functions that log in somewhere take the password as an unnamed argument: `getConnection(url, user, "…")`. */
export function hideLogins(text: string): string {
  let stop = -1;
  return replaced(text, connect, (_, begin) => {
    if (stop < begin) {
      quoteOrBreak.lastIndex = begin;
      stop = quoteOrBreak.exec(text)?.index ?? text.length;
    }
    // No quote within reach: none of the arguments is a readable password.
    if (stop - begin >= mostOfCall || !/["']/.test(text.charAt(stop))) return null;
    const from = begin - 1 - spaceBefore(text, begin);
    const closed = balancedEnd(text, { from, most: mostOfCall, isOfLines: false });
    const end = closed === -1 ? stop + lineEnd(text.slice(stop, begin + mostOfCall), 0) : closed - 1;
    return { end, shown: stop < end ? '***' : text.slice(begin, end) };
  });
}

const quoteOrBreak = /["'\r\n]/g;

const nameFirst =
  /(?:\(\s{0,8}|\[\[?\s{0,8}(?<=\[\s{0,8}\[\s{0,8}|,\s{0,8}\[\s{0,8})|\{\s{0,8})(["':]?)([\w.:-]{1,100})(["']?)\s{0,4},\s{0,8}(?=[bru$@]{0,2}["'`]|<<")/g;

/** `set("password", "…")`, `{password, "…"}`, `[["token", "…"]]`: a name, and its value after a comma. */
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

/** Each position after a match of `form`, with the result of `hide`. */
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
