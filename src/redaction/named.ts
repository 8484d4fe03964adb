import { blockBelow } from './block.ts';
import { looksMade } from './harmless.ts';
import { lineEnd } from './quoted.ts';
import { isAboutIt, isSecretKey, standsAlone, strongWords, weakWords } from './secretName.ts';
import { type HiddenValue, hiddenValue, hiddenValues } from './value.ts';

const blank = '[ \\t\\u00a0]{0,8}';
const quote = '(?:\\\\{0,3}["\'`]|%(?:25)?2[27]|&(?:quot|apos|#3[49]);|\\\\{1,2}[ux](?:00)?2[27])';
/** `['x']`, `[0]`, `[]` after a name. */
const index = '(?:\\[[^\\]\\r\\n=]{0,64}\\]){0,3}(?:\\.\\w{1,32}| \\d{1,2}(?=:))?';
/** The type that some languages write between a name and `=`. */
const type = '(?:: ?&?[A-Za-z][\\w.<>[\\]?]{0,40} {0,4}| [A-Za-z][\\w.<>[\\]?]{0,40} {1,4})=(?= {0,4}["\'`])';
const separators = [
  ...[
    '=>[ \\t]{0,8}(?:\\r?\\n[ \\t]{0,40})?',
    ':=',
    '[?+]=',
    '(?:\\|\\||\\?\\?)=',
    '!=(?=[ \\t]{0,8}["\'])',
    '={2,3}>',
    '={1,3}',
  ],
  ...['<-(?=[ \\t])', '-{1,3}>(?=[ \\t])', '[→➜➔➡⟶⇒⇨↦：＝]\\ufe0f?', ':\\*{1,2}(?=[ \\t])', ':(?!:)'],
  ...['%(?:25)?3[AD](?:%20|\\+)?', '\\\\u003[ad]', '\\\\x3[ad]', '&#(?:61|58|x3[ad]);'],
];
/**
 * Between a name and its value: `=`, `:`, `=>` and similar, with quotes and brackets that close the name; or `,
 * value=`.
 */
const between = `(${index}(?:${quote}|\\]|\\*{1,2}){0,3}(?: {1,2}\\([^()\\r\\n]{1,40}\\)(?= ?[:=]))?)(?:${blank}|%20|\\+)(${type}|${separators.join('|')})${blank}`;
const asPair =
  '((?:["\']?,?\\s{1,40}|["\'],)(?:["\']?(?:type|kind|secure)["\']?[:=] ?["\']?\\w{1,20}["\']?,?\\s{0,40})?["\']?value["\']?[ \\t]{0,4}[:=][ \\t]{0,4})';
/** A prompt and its answer: `Password for me: …`, `API key provided: …`; also `using password …`. */
const asAnswer =
  '([ \\t]{1,4}\\.{3,80}[ \\t:]{1,4}(?=[^\\s:=.])| (?:(?:for [^\\s]{1,128}|provided|is|was):? )?(?=[^\\s:=]))';
const pair = new RegExp(
  `(?:(${strongWords})|(${weakWords}))([\\w.-]{0,64})(?:${between}|${asPair}|${asAnswer})`,
  'gi',
);

interface Pair {
  readonly text: string;
  /** The start of the word, and of its value. */
  readonly at: number;
  readonly begin: number;
  readonly word: string;
  readonly isStrong: boolean;
  /** The rest of the name after the word. */
  readonly rest: string;
  /** Quotes that close the name. */
  readonly closing: string;
  readonly separator: string;
  readonly isAnswer: boolean;
}

/**
 * `password=…`, `"client_secret" => "…"`, `DB_PASS: …`, `name: TOKEN, value: …`: the value of a name that is one of a
 * secret.
 */
export function hideNamedValues(text: string): string {
  let kept = '';
  let from = 0;
  pair.lastIndex = 0;
  for (let found = pair.exec(text); found !== null; found = pair.exec(text)) {
    const [all, strong, weak = '', rest = '', closing = '', separator = '', , answer] = found;
    const said: Pair = {
      text,
      at: found.index,
      begin: found.index + all.length,
      word: strong ?? weak,
      isStrong: strong !== undefined,
      rest,
      closing,
      separator,
      isAnswer: answer !== undefined,
    };
    const value = isSecret(said) ? secretValue(said) : null;
    if (value === null) {
      // The name may contain another such word: `pin_token=`, `DbPassword=`.
      pair.lastIndex = found.index + 1;
      continue;
    }
    kept += text.slice(from, said.begin) + value.shown;
    from = value.end;
    pair.lastIndex = value.end;
  }
  return kept + text.slice(from);
}

const tag = /(?:(?:!{1,2}[\w:./-]{0,64}|&[\w-]{1,64})[ \t]{1,8}){1,2}/y;

function secretValue(said: Pair): HiddenValue | null {
  const { text, at, begin, word } = said;
  const below = blockBelow(text, { name: at, begin });
  if (below !== null) return below;
  const value = valueBehind(said);
  if (value === null || (isSentence(said) && isPhrase(text, begin))) return null;
  const start = text.slice(begin, Math.min(value.end, begin + 80));
  if (said.isAnswer && !isAnswer(said, text.slice(begin, Math.min(value.end, begin + 80)))) return null;
  // `max_tokens=4096`, `pass=12`: a count.
  if (/(?:s|^pass|^key|^pw)$/i.test(word) && /^\d{1,9}[,;.)]?$/.test(start)) return null;
  if (!said.isStrong && isMeasure(word, start)) return null;
  // A phrase contains spaces.
  if (isSentence(said) && /phrase/i.test(word) && value.shown === '***')
    return { end: lineEnd(text, value.end), shown: '***' };
  return /[^s]s$/i.test(word) && value.shown === '***' ? withOthers(text, value.end) : value;
}

const phrase =
  /(?:files?|paths?|director(?:y|ies)|folders?|entr(?:y|ies)|values?|fields?|headers?|variables?|items?|objects?|resources?|records?|users?|accounts?|providers?|requests?|lookup|checks?|sources?)[ \t](?:not|is|are|was|were|has|have|must|can(?:not)?|could|does|missing|expired|failed|denied|rejected|required)\b/iy;

/** `credentials: file not found` */
function isPhrase(text: string, begin: number): boolean {
  phrase.lastIndex = begin;
  return phrase.test(text);
}

const algorithm =
  /^(?:(?:rsa|ecdsa|dsa|hmac|aes|sha|ed|md|pss|pkcs|gcm|cbc|with)[-_]?\d{0,5}[-_]?){1,5}[,;.)]?$/i;

/** `signature=rsa-sha256`, `auth=0.2s`, `pin=3`. */
function isMeasure(word: string, value: string): boolean {
  if (/^(?:pin|[th]?otp)$/i.test(word)) return /^\d{1,2}[,;.)]?$/.test(value);
  if (!/^(?:sig|signature|auth)$/i.test(word)) return false;
  return algorithm.test(value) || /^\d{1,7}(?:\.\d{1,9})?(?:[nuµm]?s|m|h|%)[,;.)]?$/.test(value);
}

/** Only a space follows the name: the value must not look like a word of a sentence. */
function isAnswer({ text, begin, word }: Pair, value: string): boolean {
  if (!looksMade(value) || /^[([{<-]|^\d{1,9}(?:\.\d{1,9})?[a-z]{1,2}$/.test(value)) return false;
  return (
    text[begin - 2] === ':' ||
    /^(?:p|kennwort)/i.test(word) ||
    /^["'`]?[A-Za-z0-9_+/=]{16,}["'`]?[.,;:]?$/.test(value)
  );
}

function valueBehind(said: Pair): HiddenValue | null {
  const { text, at, begin } = said;
  if (said.isAnswer) return hiddenValue(text, begin);
  if (!isSentence(said)) return hiddenValues(text, begin, false);
  // `Unexpected token: [`
  if (/unexpected $/i.test(text.slice(Math.max(0, at - 11), at))) return null;
  // A comment of YAML.
  if (/^#[ \t]/.test(text.slice(begin, begin + 2))) return null;
  tag.lastIndex = begin;
  const tagged = hiddenValues(text, tag.test(text) ? tag.lastIndex : begin);
  return tagged ?? hiddenValues(text, begin);
}

/** A word of a sentence may follow a colon. */
function isSentence({ separator }: Pair): boolean {
  return /^:(?!=)/.test(separator);
}

const other = /,[ \t]{0,4}(?!["']?[\w.-]{1,64}["']?[ \t]{0,4}[=:])/y;

/** `passwords: a, b`: the further elements of a list without brackets. */
function withOthers(text: string, from: number): HiddenValue {
  let end = from;
  let shown = '***';
  for (;;) {
    other.lastIndex = end;
    const [comma] = other.exec(text) ?? [];
    const value = comma === undefined ? null : hiddenValue(text, end + comma.length);
    if (comma === undefined || value === null) return { end, shown };
    shown += comma + value.shown;
    end = value.end;
  }
}

function isSecret(said: Pair): boolean {
  const { text, at, word, isStrong, rest, closing, separator } = said;
  if (isAboutIt(rest)) return false;
  if (said.isAnswer) return isStrong;
  if (isStrong) return true;
  const before = text.charAt(at - 1);
  if (!standsAlone({ before, word, rest })) return false;
  if (/^key$/i.test(word)) return isSecretKey(text.slice(Math.max(0, at - 24), at), word);
  if (!separator.startsWith(':')) return true;
  // `PASS: test_login` is output of test runners.
  return !/^(?: |$)/.test(closing) || /[_.-]/.test(before) || /[a-z]/.test(before) || isWordOfPairs(said);
}

const manyPairs = /(?:^|[\n{,;(&|])[ \t]{0,80}(?:- )?$|\buser(?:name)?["']?[:=] ?\S{1,60}[ \t]{1,4}$/i;

/** `pass: x` alone on its line, or among other pairs. */
function isWordOfPairs({ text, at, begin, word }: Pair): boolean {
  if (
    word === word.toUpperCase() ||
    !/^(?:pass|.{0,4}pw|creds?|psk|psw|bearer|[th]?otp|.{2,8}pass)$/i.test(word)
  )
    return false;
  if (!manyPairs.test(text.slice(Math.max(0, at - 100), at).replace(/^.{0,3}\r/s, ''))) return false;
  const value = text.slice(begin, begin + 200);
  return (
    !/^\d{1,9}\b/.test(value) &&
    /^(?:["'{[|>]|[^\s]{1,200}[ \t]{0,8}(?:$|[\r\n,;})&|]|#)|[ \t]{0,8}\r?\n)/.test(value)
  );
}
