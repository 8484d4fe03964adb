/** Words whose `key` is a secret: `JWT_KEY`, `signing-key`, `accountKey`. */
const keyOwners =
  'api|access|private|account|secret|encryption|decryption|signing|master|shared|storage|subscription|auth|deploy|' +
  'session|consumer|client|functions?|licen[cs]e|host|user|jw[stek]|hmac|app(?:lication)?|ssh|gpg|pgp|rsa|aes|enc|' +
  'crypt(?:o|ing)?|cipher|tls|ssl|unseal|unlock|vault|webhook|wrapping|fernet|recovery|instrumentation|service|cookie|' +
  'integrity|security|admin|root';

/** Words that make a name that of a secret at any position. */
export const strongWords =
  'pass(?:[_-]?w(?:or|0r)ds?|wort|wd|[_-]?phrases?|codes?|keys?)|kennwort|ps?swd|pwd|secrets?|tokens?|credentials?|' +
  `sess(?:ion)?[_-]?id|(?:${keyOwners})[_. -]?keys?`;

/** Words that do so only as a whole part of a name: `DB_PASS`, `dbPass`, `sig`; not `bypass`, not `passed`. */
export const weakWords =
  '(?:require|user|admin|root|db|key|store|trust|ssh|pg|login|my|mysql|redis|bind|become|client)?pass|' +
  '(?:root|bind|user|admin|db|my|login)?pw|masterauth|creds?|signature|sig|auth|[th]?otp|pin|psk|psw|[cx]srf|bearer|key';

/** Endings that make it the name of something about the secret. */
const aboutIt =
  /^[_.-]?(?:file(?:-\d)?|path|dir|folder|name|type|url|uri|length|len|count|ttl|age|expir\w{0,12}|policy|policies|enabled|required|stdin|(?:key)?ref|duration|renewable|i[sz](?:e|at|ing)\w{0,12}|ary|ariat|less)$/i;
/** A file with the word in its name: `token.go:12:5`. */
const ofFile =
  /\.(?:[cm]?[jt]sx?|go|py|java|kt|rb|php|rs|cs|cc|cpp|hpp|[ch]|swift|scala|exs?|erl|sh|ya?ml|json|toml|ini|md|txt|html?|css|sql|tf|proto|vue|lock|log|gz)$/i;

/** Every text with such a name, or with a statement that sets a secret, contains one of them. */
const stems =
  'pass pwd pswd psw secret token credential cred sess key kennwort auth sig otp pin psk pw csrf xsrf bearer securestring identified'.split(
    ' ',
  );

/** Whether a text may contain the name of a secret. Cheap. */
export function mayNameSecret(text: string): boolean {
  const lower = text.toLowerCase();
  return stems.some((stem) => lower.includes(stem));
}

const anyWord = new RegExp(`(${strongWords})|(${weakWords})`, 'gi');

/** Whether the text after the word makes the name a harmless one: `TOKEN_FILE`, `secretName`. */
export function isAboutIt(rest: string): boolean {
  return aboutIt.test(rest) || ofFile.test(rest);
}

/** Whether a weak word is a separate part between the text before and after it. */
export function standsAlone({ before, word, rest }: { before: string; word: string; rest: string }): boolean {
  const isCamel = /[a-z]/.test(before) && /^[A-Z]/.test(word);
  return (!/[A-Za-z0-9]/.test(before) || isCamel) && !/^[a-z]/.test(rest);
}

const openKeys =
  /(?:^|_)(?:PUBLIC|PUB|PRIMARY|FOREIGN|UNIQUE|CACHE|PARTITION|SORT|ROW|GROUP|ROUTING|LOOKUP|INDEX|HASH|RANGE|IDEMPOTENCY|OBJECT|TRANSLATION|REGISTRY|CONFIG|ISSUE|PROJECT|S3|BUCKET|MESSAGE|EVENT|SEARCH|COMPOSITE|NATURAL|HOT)_$/;

/** `STRIPE_KEY` is one; `PRIMARY_KEY`, `key` and `keyboard` are not. `before`: the part of the name before it. */
export function isSecretKey(before: string, word: string): boolean {
  return word === 'KEY' && /[A-Z0-9]_$/.test(before) && !openKeys.test(before);
}

/** Whether a name, of at most a few hundred characters, is that of a secret. */
export function isSecretName(name: string): boolean {
  anyWord.lastIndex = 0;
  for (let found = anyWord.exec(name); found !== null; found = anyWord.exec(name)) {
    anyWord.lastIndex = found.index + 1;
    const [word, strong] = found;
    const rest = name.slice(found.index + word.length);
    if (isAboutIt(rest)) continue;
    if (strong !== undefined) return true;
    if (!standsAlone({ before: name.charAt(found.index - 1), word, rest })) continue;
    if (!/^key$/i.test(word) || isSecretKey(name.slice(0, found.index), word)) return true;
  }
  return false;
}
