import { isAboutIt, isSecretName, standsAlone, strongWords, weakWords } from './secretName.ts';
import { hiddenValue, lineEnd } from './value.ts';

/** Between a name and its value: `=`, `:`, `=>`, `:=`, with quotes and brackets that close the name; or `, value=`. */
const between =
  '([\\\\"\'\\]]{0,4})[ \\t]{0,8}(=>[ \\t]{0,8}(?:\\r?\\n[ \\t]{0,40})?|:=[ \\t]{0,8}|={1,3}[ \\t]{0,8}|:(?!:)[ \\t]{0,8}|%3D)';
const asPair = '(["\']?,?\\s{1,40}["\']?value["\']?[ \\t]{0,4}[:=][ \\t]{0,4})';
const pair = new RegExp(`(?:(${strongWords})|(${weakWords}))([\\w.-]{0,64})(?:${between}|${asPair})`, 'gi');

interface Pair {
  readonly before: string;
  readonly word: string;
  readonly isStrong: boolean;
  /** What of the name stands behind the word. */
  readonly rest: string;
  /** Quotes that close the name. */
  readonly closing: string;
  readonly separator: string;
}

/** `password=…`, `"client_secret" => "…"`, `DB_PASS: …`, `name: TOKEN, value: …`: the value of a name that tells of a secret. */
export function hideNamedValues(text: string): string {
  let kept = '';
  let from = 0;
  pair.lastIndex = 0;
  for (let found = pair.exec(text); found !== null; found = pair.exec(text)) {
    const [all, strong, weak = '', rest = '', closing = '', separator = ''] = found;
    const begin = found.index + all.length;
    const said: Pair = {
      before: text.charAt(found.index - 1),
      word: strong ?? weak,
      isStrong: strong !== undefined,
      rest,
      closing,
      separator,
    };
    const value = isSecret(said) ? secretValue(text, { begin, said }) : null;
    if (value === null) {
      // The name may hold another word: `pin_token=`.
      pair.lastIndex = found.index + said.word.length;
      continue;
    }
    kept += text.slice(from, begin) + value.shown;
    from = value.end;
    pair.lastIndex = value.end;
  }
  return kept + text.slice(from);
}

function secretValue(text: string, { begin, said }: { begin: number; said: Pair }) {
  const isSentence = said.separator.startsWith(':');
  const value = hiddenValue(text, begin, isSentence);
  if (value === null) return null;
  // A phrase has blanks in it.
  if (isSentence && /phrase/i.test(said.word) && value.shown === '***')
    return { end: lineEnd(text, value.end), shown: '***' };
  // `max_tokens=4096`, `pass=12`: a number of them.
  const isMany = /s$/i.test(said.word) || /^pass$/i.test(said.word);
  return isMany && /^\d{1,9}[,;.)]?$/.test(text.slice(begin, Math.min(value.end, begin + 12))) ? null : value;
}

function isSecret({ before, word, isStrong, rest, closing, separator }: Pair): boolean {
  if (isAboutIt(rest)) return false;
  if (isStrong) return true;
  if (!standsAlone({ before, word, rest })) return false;
  // `PASS: test_login` is what test runners print.
  return separator.startsWith('=') || closing !== '' || /[_.-]/.test(before) || /[a-z]/.test(before);
}

const element = /<([\w:.-]{1,64})(?:\s[^<>]{0,256})?>/g;

/** `<password>…</password>`. */
export function hideElements(text: string): string {
  let kept = '';
  let from = 0;
  for (const found of text.matchAll(element)) {
    const [tag, name = ''] = found;
    const begin = found.index + tag.length;
    if (begin <= from || !isSecretName(name)) continue;
    let end = begin;
    while (end < text.length && text[end] !== '<') end += 1;
    if (text.slice(begin, Math.min(end, begin + 64)).trim() === '') continue;
    kept += `${text.slice(from, begin)}***`;
    from = end;
  }
  return kept + text.slice(from);
}
