/** Words that make a name one of a secret, wherever they stand in it. */
export const strongWords =
  'pass(?:words?|wort|wd|phrases?|codes?)|pwd|secrets?|tokens?|credentials?|sess(?:ion)?[_-]?id|' +
  '(?:api|access|private|account|secret|encryption|signing|master|shared|storage|subscription|auth|deploy|session|' +
  'consumer|client|functions?|licen[cs]e|host|user)[_. -]?keys?';

/** Words that do so only as a whole part of a name: `DB_PASS`, `dbPass`, `sig`; not `bypass`, not `passed`. */
export const weakWords = 'pass|signature|sig|auth|otp|pin';

/** What makes it the name of something about the secret. */
const aboutIt =
  /^[_.-]?(?:file|path|dir|folder|name|type|url|uri|length|len|count|ttl|age|expir\w{0,12}|policy|policies|enabled|required|stdin|ref|i[sz]er\w{0,8})$/i;

const anyWord = new RegExp(`(${strongWords})|(${weakWords})`, 'gi');

/** Whether what stands behind the word makes the name a harmless one: `TOKEN_FILE`, `secretName`. */
export function isAboutIt(rest: string): boolean {
  return aboutIt.test(rest);
}

/** Whether a weak word stands as a part of its own between what is before and behind it. */
export function standsAlone({ before, word, rest }: { before: string; word: string; rest: string }): boolean {
  const isCamel = /[a-z]/.test(before) && /^[A-Z]/.test(word);
  return (!/[A-Za-z0-9]/.test(before) || isCamel) && !/^[a-z]/.test(rest);
}

/** Whether a name, of at most a few hundred characters, is one of a secret. */
export function isSecretName(name: string): boolean {
  for (const found of name.matchAll(anyWord)) {
    const [word, strong] = found;
    const rest = name.slice(found.index + word.length);
    if (isAboutIt(rest)) continue;
    const before = name.charAt(found.index - 1);
    if (strong !== undefined || standsAlone({ before, word, rest })) return true;
  }
  return false;
}

/** What follows a name in a sentence, and is no secret itself. */
const harmless = new Set(
  (
    'a an and are as at be been by can cannot could did do does else empty error expected expired failed failure for from ' +
    'given had has have hidden if in incorrect inherit invalid is it its length malformed may mismatch missing must ' +
    'needed needs nil no none not null of off ok on only optional or present provided redacted rejected required revoked ' +
    'set should that the this to too true false undefined unknown unset unspecified valid was were which will with without ' +
    'would wrong yes you your authentication authorization basic bearer digest disabled enabled based'
  ).split(' '),
);

/** Whether an unquoted value says that there is none, is a sign of another notation, or hidden already. */
export function isNoValue(value: string): boolean {
  return /^(?:[|>][+-]?|[-([{]|\{\}|\[\]|\(\)|\.{2,3}|…|\*{3,}|null|nil|none|undefined|true|false)[,;)\]}]{0,3}$/i.test(
    value,
  );
}

/** Whether it is that, or a word of a sentence: `password: must be changed`. */
export function isHarmless(value: string): boolean {
  if (isNoValue(value)) return true;
  return harmless.has(value.toLowerCase().replace(/[.,;:!?)\]}]{1,4}$/, ''));
}
